"""One host loses its power, or all of them do; a Vault, a database and a forge were at work."""

from collections.abc import Mapping, Sequence

from rehearsal.drills.backed_up_host import LAYERS, SOURCE
from rehearsal.drills.comparison import Comparison
from rehearsal.drills.drill import Drill
from rehearsal.drills.foundations_lost import FoundationsLost
from rehearsal.drills.place import Place
from rehearsal.drills.vault_sealed import VaultSealed
from rehearsal.machines.machines import Machines

HOSTS = ("pi1", "pi2", "pi3")
HAD = (*LAYERS, "gitea")
ASKED = "./factory hosts check" + "".join(f" --layer {layer}" for layer in HAD)
"""What the page asks of all layers, of those that these machines have."""


class PowerCut:
    """Rows that were answered for a moment before the cut, a repository with a commit, and a secret."""

    def __init__(self, place: Place, *, hosts: Sequence[str]) -> None:
        """Begin at *place*; *hosts* lose their power."""
        self._data = FoundationsLost(place, happens=lambda lab: _cut(lab, hosts), sources=())
        self._vault = VaultSealed(place)

    @property
    def names(self) -> Mapping[str, str]:
        """The pages have no placeholders."""
        return {"./factory hosts check": ASKED}

    def write(self) -> None:
        """Write into all three."""
        self._vault.write()
        self._data.write()

    def strike(self) -> None:
        """Write once more, cut the power at once, and give it back."""
        self._data.write_more()
        self._data.strike()

    def compare(self) -> Comparison:
        """Compare rows, owner and commit, and read the secret."""
        data, vault = self._data.compare(), self._vault.compare()
        return Comparison(same=data.same and vault.same, found=f"{data.found}; {vault.found}")


def _cut(lab: Machines, hosts: Sequence[str]) -> None:
    for name in hosts:
        lab[name].kill()
    lab.start(hosts)


ONE = Drill(
    name="power-cut-host",
    summary=f"{SOURCE} alone loses its power",
    ground="machines",
    layers=HAD,
    begin=lambda place: PowerCut(place, hosts=[SOURCE]),
)
ALL = Drill(
    name="power-cut",
    summary="all machines lose their power at once",
    ground="machines",
    layers=HAD,
    begin=lambda place: PowerCut(place, hosts=HOSTS),
)
