"""A host with databases, backed up to another one."""

import json
import time

import yaml

from rehearsal.drills.place import Place
from rehearsal.lab import expect
from rehearsal.stack_files import SETTINGS

SOURCE, KEEPER = "pi2", "pi3"
LAYERS = ("base", "disks", "pki", "pki_replica", "docker", "postgres")
"""What the machines are given before it."""


class BackedUpHost:
    """The databases of the foundations, and the keeper of their backups."""

    def __init__(self, place: Place) -> None:
        """Begin at *place*."""
        self._place = place
        self.backed_up_at = 0.0
        """When the backup that counts began."""

    def give_backups(self) -> None:
        """Say which host keeps backups, and give both what they need for it."""
        file = self._place.folder / "Pulumi.hosts.yaml"
        content = yaml.safe_load(file.read_text())
        content["config"][SETTINGS]["roles"]["keeper"] = KEEPER
        file.write_text(yaml.safe_dump(content, sort_keys=False))
        self.typed(f"./factory hosts apply --host {KEEPER} --layer backup_keeper --yes")
        self.typed(f"./factory hosts apply --host {SOURCE} --layer backup --yes")

    def back_up(self) -> None:
        """Back up now; sources of layers that this drill goes without may fail, that of the databases may not."""
        before = self._archives()
        self.backed_up_at = time.time()
        done = self._place.run(f"./factory backup run {SOURCE}")
        said = f"{done.stdout}{done.stderr}"
        expect(len(self._archives()) > len(before), f"expected another archive of {SOURCE}/postgres:\n{said}")

    def ask(self, statements: str, *, database: str = "postgres") -> str:
        """Return what the server says to *statements*."""
        done = self._place.lab[SOURCE].run(
            f"sudo docker exec -i -u postgres postgres psql -XAtq -v ON_ERROR_STOP=1 -d {database}", given=statements
        )
        return done.stdout

    def typed(self, command: str) -> str:
        """Type *command*, which must succeed, and return what it said."""
        done = self._place.run(command)
        expect(done.returncode == 0, f"`{command}` ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def _archives(self) -> list[str]:
        found = json.loads(self.typed("./factory backup list --json"))
        return [each["id"] for each in found if (each["host"], each["source"]) == (SOURCE, "postgres")]
