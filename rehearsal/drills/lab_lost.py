"""All machines are gone with their disks, the keeper among them; the laptop and the copy off site are left."""

from collections.abc import Mapping

from rehearsal.drills.authority_lost import ROOT
from rehearsal.drills.backed_up_host import LAYERS
from rehearsal.drills.comparison import Comparison
from rehearsal.drills.drill import Drill
from rehearsal.drills.foundations_lost import SOURCES, FoundationsLost
from rehearsal.drills.place import Place
from rehearsal.machines.machines import Machines

HOSTS = ("pi1", "pi2", "pi3")
AUTHORITY = "pi1"


class LabLost:
    """An authority, a database with rows, and a repository with a commit."""

    def __init__(self, place: Place) -> None:
        """Begin at *place*."""
        self._place = place
        self._data = FoundationsLost(
            place, happens=_everything, sources=(f"{AUTHORITY}/authority", *SOURCES), off_site=True
        )
        self._root = ""

    @property
    def names(self) -> Mapping[str, str]:
        """The page has no placeholders, and every host is given all that it has."""
        return {}

    def write(self) -> None:
        """Fill all, and back up."""
        self._data.write()
        self._root = self._trusted()

    def strike(self) -> None:
        """Let it happen to all of them."""
        self._data.strike()

    def compare(self) -> Comparison:
        """Compare rows, owner, commit, and the root that everything trusts."""
        found = self._data.compare()
        same = self._trusted() == self._root
        root = f"; {'the same root' if same else 'ANOTHER ROOT'} on {AUTHORITY}"
        return Comparison(same=found.same and same, found=found.found + root, lost_seconds=found.lost_seconds)

    def _trusted(self) -> str:
        return self._place.lab[AUTHORITY].run(f"sudo cat {ROOT}").stdout


def _everything(lab: Machines) -> None:
    """Take everything from the machines; new ones stand in their places."""
    for name in HOSTS:
        lab[name].reset()
    lab.start(HOSTS)


DRILL = Drill(
    name="lab-lost",
    summary="all machines and their disks are gone; the copy off site is left",
    ground="machines",
    layers=(*LAYERS, "dns", "resolver", "gitea"),
    begin=LabLost,
)
