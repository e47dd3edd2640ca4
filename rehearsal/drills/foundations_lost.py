"""Databases and forge, or the forge alone, come back from their keeper."""

import json
import shlex
import time
from collections.abc import Callable, Mapping

from rehearsal.drills.backed_up_host import LAYERS, SOURCE, BackedUpHost
from rehearsal.drills.comparison import Comparison
from rehearsal.drills.drill import Drill
from rehearsal.drills.place import Place
from rehearsal.lab import expect
from rehearsal.machines.machine import Machine

DATABASE = "shop"
MADE = """
CREATE ROLE shop_role; CREATE DATABASE shop OWNER shop_role;
\\connect shop
SET ROLE shop_role;
CREATE TABLE goods (id int PRIMARY KEY, name text);
INSERT INTO goods SELECT i, 'name ' || i FROM generate_series(1, 5000) i;
"""
ROWS = "SELECT count(*) || ' ' || md5(string_agg(t::text, ';' ORDER BY id)) FROM goods t"
OWNER = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'shop'"
ADMINISTRATOR, REPOSITORY = "arcodange", "kept"
DRILLED = "./factory hosts apply --host pi2 --layer gitea --layer backup --yes"
"""What the page's last step gives this drill's host, which goes without names and runners."""


class FoundationsLost:
    """A database with rows, and a repository with a commit."""

    def __init__(self, place: Place, *, happens: Callable[[Machine], None]) -> None:
        """Begin at *place*; *happens* does it to the host."""
        self._happens = happens
        self._place = place
        self._host = BackedUpHost(place)
        self._before: tuple[str, ...] = ()
        self._struck = 0.0

    @property
    def names(self) -> Mapping[str, str]:
        """The page has no placeholders; all layers of the host are those that it had."""
        return {"./factory hosts apply --host pi2 --yes": DRILLED}

    def write(self) -> None:
        """Fill both, and back up."""
        self._host.give_backups()
        self._host.ask(MADE)
        made = {"name": REPOSITORY, "auto_init": True, "default_branch": "main"}
        self._forge("POST", "/user/repos", made)
        self._before = self._look()
        self._host.back_up()

    def strike(self) -> None:
        """Let it happen."""
        self._struck = time.time()
        self._happens(self._place.lab[SOURCE])

    def compare(self) -> Comparison:
        """Compare rows, owner, and the commit of the repository."""
        after = self._look()
        rows, owner, commit = (each.strip()[:40] for each in after)
        found = f"database {DATABASE} of {owner}: {rows}; repository {REPOSITORY}: {commit}"
        return Comparison(same=after == self._before, found=found, lost_seconds=self._struck - self._host.backed_up_at)

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


def _everything(machine: Machine) -> None:
    """Take everything from the machine; a new one stands in its place."""
    machine.reset()
    machine.start()


def _the_forge(machine: Machine) -> None:
    """Remove the forge's files and its database, as a wrong command would."""
    machine.run(
        "sudo docker stop gitea && sudo rm -rf /mnt/arcodange/gitea/data && "
        "sudo docker exec --user postgres postgres dropdb --force gitea"
    )


DISK = Drill(
    name="disk-lost",
    summary=f"the disk of {SOURCE} is lost, with databases and forge",
    ground="machines",
    layers=(*LAYERS, "gitea"),
    begin=lambda place: FoundationsLost(place, happens=_everything),
)
FORGE = Drill(
    name="forge-lost",
    summary="the forge's files and database are gone, and the code is needed",
    ground="machines",
    layers=(*LAYERS, "gitea"),
    begin=lambda place: FoundationsLost(place, happens=_the_forge),
)
