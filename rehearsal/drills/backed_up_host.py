"""Hosts with databases and keys, backed up to another one, and off site where a drill wants that."""

import json
import time
from collections.abc import Sequence

import yaml

from rehearsal.drills.off_site_place import OffSitePlace
from rehearsal.drills.place import Place
from rehearsal.lab import expect
from rehearsal.stack_files import SETTINGS

SOURCE, KEEPER = "pi2", "pi3"
LAYERS = ("base", "disks", "pki", "pki_replica", "docker", "postgres")
"""What the machines are given before it."""


class BackedUpHost:
    """The databases of the foundations, and the keeper of their backups."""

    def __init__(
        self, place: Place, *, wanted: Sequence[str] = ("pi2/postgres",), off_site: OffSitePlace | None = None
    ) -> None:
        """Begin at *place*; the sources that count are *wanted*, in the copy *off_site* where there is one."""
        self._place = place
        self._wanted = wanted
        self._off_site = off_site
        self.backed_up_at = 0.0
        """When the backup that counts began."""

    @property
    def _hosts(self) -> Sequence[str]:
        return sorted({source.partition("/")[0] for source in self._wanted})

    def give_backups(self) -> None:
        """Say where backups go, and give all what they need for it."""
        file = self._place.folder / "Pulumi.hosts.yaml"
        content = yaml.safe_load(file.read_text())
        content["config"][SETTINGS]["roles"]["keeper"] = KEEPER
        layers = "--layer backup"
        if self._off_site is not None:
            self._off_site.open()
            self.trust_off_site()
            self._place.told.update(self._off_site.environment)
            content["config"][SETTINGS]["off_site"] = self._off_site.place
            layers += " --layer backup_off_site"
        file.write_text(yaml.safe_dump(content, sort_keys=False))
        self.typed(f"./factory hosts apply --host {KEEPER} --layer backup_keeper --yes")
        hosts = " ".join(f"--host {host}" for host in self._hosts)
        self.typed(f"./factory hosts apply {hosts} {layers} --yes")

    def trust_off_site(self) -> None:
        """Have every machine of the stack trust the place off site, also one that is new."""
        if self._off_site is not None:
            for name in ("pi1", "pi2", "pi3"):
                self._off_site.trust(self._place.lab[name])

    def back_up(self) -> None:
        """Back up now; sources of layers that this drill goes without may fail, those that are wanted may not."""
        before = self._archives()
        self.backed_up_at = time.time()
        done = self._place.run(f"./factory backup run {' '.join(self._hosts)}")
        said = f"{done.stdout}{done.stderr}"
        after = self._archives()
        for source in self._wanted:
            more = after.count(source) > before.count(source)
            expect(more, f"expected another archive of {source}:\n{said}")

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
        """Return the name of the source of each archive."""
        where = "" if self._off_site is None else " --off-site"
        found = json.loads(self.typed(f"./factory backup list{where} --json"))
        return [f"{each['host']}/{each['source']}" for each in found]
