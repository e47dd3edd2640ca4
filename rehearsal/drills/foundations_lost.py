"""Databases and forge come back from off site, the forge alone from its keeper."""

import json
import shlex
import time
from collections.abc import Callable, Mapping, Sequence

from rehearsal.drills.backed_up_host import LAYERS, SOURCE, BackedUpHost
from rehearsal.drills.comparison import Comparison
from rehearsal.drills.drill import Drill
from rehearsal.drills.off_site_place import OffSitePlace
from rehearsal.drills.place import Place
from rehearsal.lab import expect
from rehearsal.machines.machines import Machines

DATABASE = "shop"
MADE = """
CREATE ROLE shop_role; CREATE DATABASE shop OWNER shop_role;
\\connect shop
SET ROLE shop_role;
CREATE TABLE goods (id int PRIMARY KEY, name text);
INSERT INTO goods SELECT i, 'name ' || i FROM generate_series(1, 5000) i;
"""
MORE = "INSERT INTO goods SELECT i, 'more ' || i FROM generate_series(5001, 6000) i"
ROWS = "SELECT count(*) || ' ' || md5(string_agg(t::text, ';' ORDER BY id)) FROM goods t"
OWNER = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'shop'"
ADMINISTRATOR, REPOSITORY = "arcodange", "kept"
SOURCES = ("pi2/postgres", "pi2/gitea")
DRILLED = "./factory hosts apply --host pi2 --layer gitea --layer backup --yes"
"""What the page's last step gives this drill's host, which goes without names and runners."""


class FoundationsLost:
    """A database with rows, and a repository with a commit."""

    def __init__(
        self,
        place: Place,
        *,
        happens: Callable[[Machines], None],
        sources: Sequence[str] = SOURCES,
        off_site: bool = False,
    ) -> None:
        """Begin at *place*; *happens* does it, and what comes back are *sources*, where told from *off_site*."""
        self._happens = happens
        self._place = place
        self._backed_up = bool(sources)
        away = OffSitePlace(place.lab) if off_site else None
        self._host = BackedUpHost(place, wanted=sources, off_site=away)
        self._before: tuple[str, ...] = ()
        self._struck = 0.0

    @property
    def names(self) -> Mapping[str, str]:
        """The page has no placeholders; all layers of the host are those that it had."""
        return {"./factory hosts apply --host pi2 --yes": DRILLED}

    def write(self) -> None:
        """Fill both, and back up where something comes back from there."""
        if self._backed_up:
            self._host.give_backups()
        self._host.ask(MADE)
        made = {"name": REPOSITORY, "auto_init": True, "default_branch": "main"}
        self._forge("POST", "/user/repos", made)
        self._before = self._look()
        if self._backed_up:
            self._host.back_up()

    def write_more(self) -> None:
        """Write rows that the server has answered for when this returns."""
        rows = self._host.ask(f"BEGIN; {MORE}; {ROWS}; COMMIT", database=DATABASE)
        self._before = (rows, *self._before[1:])

    def strike(self) -> None:
        """Let it happen."""
        self._struck = time.time()
        self._happens(self._place.lab)
        self._host.trust_off_site()

    def compare(self) -> Comparison:
        """Compare rows, owner, and the commit of the repository."""
        after = self._look()
        rows, owner, commit = (each.strip()[:40] for each in after)
        found = f"database {DATABASE} of {owner}: {rows}; repository {REPOSITORY}: {commit}"
        lost = self._struck - self._host.backed_up_at if self._backed_up else 0.0
        return Comparison(same=after == self._before, found=found, lost_seconds=lost)

    def _look(self) -> tuple[str, ...]:
        branch = json.loads(self._forge("GET", f"/repos/{ADMINISTRATOR}/{REPOSITORY}/branches/main"))
        return (
            self._host.ask(ROWS, database=DATABASE),
            self._host.ask(OWNER, database=DATABASE),
            str(branch["commit"]["id"]),
        )

    def _forge(self, method: str, path: str, body: Mapping[str, object] | None = None) -> str:
        known = json.loads((self._place.home / ".config/factory/hosts-secrets.json").read_text())
        password = known["gitea-administrator"]
        machine = self._place.lab[SOURCE]
        name = "gitea.arcodange.lab"
        data = f"--data {shlex.quote(json.dumps(body))} --header 'Content-Type: application/json'" if body else ""
        done = machine.run(
            f"curl --silent --show-error --fail-with-body --insecure --resolve {name}:443:{machine.address} --config - "
            f"--request {method} {data} https://{name}/api/v1{path}",
            given=f'user = "{ADMINISTRATOR}:{password}"\n',
            check=False,
        )
        expect(done.returncode == 0, f"expected Gitea to answer {method} {path}:\n{done.stdout}{done.stderr}")
        return done.stdout


def _everything(lab: Machines) -> None:
    """Take everything from the machine; a new one stands in its place."""
    lab[SOURCE].reset()
    lab[SOURCE].start()


def _the_forge(lab: Machines) -> None:
    """Remove the forge's files and its database, as a wrong command would."""
    lab[SOURCE].run(
        "sudo docker stop gitea && sudo rm -rf /mnt/arcodange/gitea/data && "
        "sudo docker exec --user postgres postgres dropdb --force gitea"
    )


DISK = Drill(
    name="disk-lost",
    summary=f"the disk of {SOURCE} is lost, with databases and forge",
    ground="machines",
    layers=(*LAYERS, "gitea"),
    begin=lambda place: FoundationsLost(place, happens=_everything, off_site=True),
)
FORGE = Drill(
    name="forge-lost",
    summary="the forge's files and database are gone, and the code is needed",
    ground="machines",
    layers=(*LAYERS, "gitea"),
    begin=lambda place: FoundationsLost(place, happens=_the_forge),
)
