"""The host of the certificate authority is gone, with its keys."""

import subprocess
from collections.abc import Mapping

from rehearsal.drills.comparison import Comparison
from rehearsal.drills.drill import Drill
from rehearsal.drills.place import Place

LOST, NEXT, OTHER = "pi1", "pi2", "pi3"
ROOT = "/etc/step-ca/authority/root_ca.crt"
PORT = 8443


class AuthorityLost:
    """A root that everything trusts, and the host that signs with it."""

    def __init__(self, place: Place) -> None:
        """Begin at *place*."""
        self._place = place
        self._root = ""

    @property
    def names(self) -> Mapping[str, str]:
        """The page has no placeholders."""
        return {}

    def write(self) -> None:
        """Remember what is trusted."""
        self._root = self._place.lab[LOST].run(f"sudo cat {ROOT}").stdout

    def strike(self) -> None:
        """Take everything from the machine, and leave it switched off."""
        self._place.lab[LOST].reset()

    def compare(self) -> Comparison:
        """Ask from a third machine: the same root, and a certificate for the next authority that it proves."""
        machine = self._place.lab[OTHER]
        root = machine.run(f"sudo cat {ROOT}").stdout
        address = self._place.lab[NEXT].address
        asked = f"openssl s_client -connect {address}:{PORT} -CAfile {ROOT} -verify_return_error -brief </dev/null"
        proved: subprocess.CompletedProcess[str] = machine.run(f"sudo sh -c '{asked}'", check=False)
        same = root == self._root and proved.returncode == 0
        said = "" if same else f": {proved.stderr.strip()[-300:]}"
        return Comparison(same=same, found=f"root before and after, and what {NEXT} shows under it{said}")


DRILL = Drill(
    name="authority-lost",
    summary=f"{LOST} is gone, and with it the certificate authority",
    ground="machines",
    layers=("base", "disks", "pki", "pki_replica"),
    assessed=True,
    begin=AuthorityLost,
)
