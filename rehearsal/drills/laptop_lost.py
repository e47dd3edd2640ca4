"""The laptop is gone, with the settings, the keys and the passwords on it; a second operator has the bundle."""

import shutil
import subprocess
from collections.abc import Mapping

from rehearsal.drills.comparison import Comparison
from rehearsal.drills.drill import Drill
from rehearsal.drills.place import Place
from rehearsal.drills.vault_sealed import VaultSealed
from rehearsal.lab import expect
from rehearsal.machines.system_command import system_command

OWNER = "second@example.org"
KEPT = {".gnupg", "bin", "programs"}
"""In the home: what is the second operator's own."""
BUCKET = {"factory", "docs", "state", "home"}
"""In the folder where he types: what is not on the laptop that was lost, and what a drill itself needs."""


class LaptopLost:
    """A Vault with a secret in it, and a bundle for a second operator."""

    def __init__(self, place: Place) -> None:
        """Begin at *place*."""
        self._place = place
        self._lab = VaultSealed(place)
        self._bundle = place.home.parent / "bundle"
        self._keyring = place.home / ".gnupg"
        self._root = ""

    @property
    def names(self) -> Mapping[str, str]:
        """Where the bundle lies."""
        return {"BUNDLE": str(self._bundle)}

    def write(self) -> None:
        """Keep a secret in Vault, make the second operator's key, and write the bundle for it."""
        self._lab.write()
        self._root = (self._place.home / "root.pem").read_text()
        self._keyring.mkdir(mode=0o700)
        gpg = f"gpg --homedir {self._keyring} --batch --quiet --passphrase ''"
        self._place.closing.callback(system_command, ["gpgconf", "--homedir", str(self._keyring), "--kill", "all"])
        self._typed(f"{gpg} --quick-generate-key {OWNER} rsa2048 encrypt 1d")
        self._typed(f"{gpg} --armor --export {OWNER} >second.asc")
        self._typed(f"./factory recover bundle {self._bundle} --recipient second.asc")

    def strike(self) -> None:
        """Remove everything that lay on the laptop."""
        for folder, kept in ((self._place.home, KEPT), (self._place.folder, BUCKET)):
            for each in folder.iterdir():
                if each.name not in kept:
                    shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()

    def compare(self) -> Comparison:
        """Read the secret with the keys of the bundle."""
        (self._place.home / "root.pem").write_text(self._root)
        return self._lab.compare()

    def _typed(self, command: str) -> None:
        done: subprocess.CompletedProcess[str] = self._place.run(command)
        expect(done.returncode == 0, f"`{command}` ended with {done.returncode}:\n{done.stdout}{done.stderr}")


DRILL = Drill(
    name="laptop-lost",
    summary="the operator's laptop is gone; a second operator has the bundle",
    ground="machines",
    layers=("base", "disks", "pki", "pki_replica"),
    begin=LaptopLost,
)
