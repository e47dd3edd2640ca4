"""A database on one machine, backed up to another one: proved by a restore, and refused when it cannot be."""

import dataclasses
import datetime as dt
import hashlib
import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pydantic import JsonValue

from hosts.backup import places as at
from hosts.backup.collect import BUSY
from hosts.backup.derived_password import derived_password
from hosts.inventory import Machine as Address
from hosts.layer import Layer
from hosts.layers.backup import LAYER as BACKUP
from hosts.layers.backup_keeper import LAYER as KEEPER
from hosts.layers.backup_keeper import render_users
from hosts.layers.backup_off_site import LAYER as OFF_SITE
from hosts.layers.disks import LAYER as DISKS
from hosts.layers.docker import LAYER as DOCKER
from hosts.layers.order import AnyLayer
from hosts.layers.pki import LAYER as PKI
from hosts.layers.postgres import LAYER as POSTGRES
from hosts.model import Model
from hosts.operations.installed_packages import installed_packages
from ops.backup_evidence.evidence import Evidence, evidence
from ops.backup_evidence.keeper import Keeper, OffSite
from ops.backup_evidence.restore_faults import restore_faults
from ops.backup_evidence.ways import Ways
from rehearsal.images.build import build
from rehearsal.images.lab_images import lab_image
from rehearsal.machines.machine import Machine
from rehearsal.machines.machines import Machines
from rehearsal.part import PartMissingError, find_part
from rehearsal.parts import STEP_CA, STEP_CLI
from rehearsal.registry import Registry
from rehearsal.servers.own_folder import own_folder
from tests.hosts.on_machine import on_machine

pytestmark = [pytest.mark.slow, pytest.mark.long]

DATA = "/mnt/data"
FOLDER = f"{DATA}/backups"
PATIENCE_SECONDS = 60
WORDS = (
    "superuser_password", "lookup_password", "ca_password", "provisioner_password", "upload_password",
    "repository_password",
)  # fmt: skip
GIVEN = {word: hashlib.sha256(word.encode()).hexdigest()[:40] for word in WORDS}
Settings = dict[str, JsonValue]
SQL = """
CREATE ROLE shop LOGIN PASSWORD 'of the test'; CREATE DATABASE "my-shop" OWNER shop;
\\connect my-shop
CREATE TABLE goods (id int PRIMARY KEY, name text, made timestamptz DEFAULT now(), picture bytea, price float8);
INSERT INTO goods SELECT i, 'name ' || i, now(), sha256(i::text::bytea), random() FROM generate_series(1, 5000) i;
CREATE SCHEMA "Odd name"; CREATE TABLE "Odd name"."Table" AS SELECT 1 AS one; CREATE TABLE nothing (id int);
ALTER TABLE goods OWNER TO shop; GRANT SELECT ON nothing TO shop;
"""
_OFF_SITE_SERVER = (
    "sudo systemd-run --quiet --unit off-site --collect rclone serve restic --config '' --addr :8446 --append-only "
    "--cache-objects=false --htpasswd /root/off-site --cert /etc/factory/keeper/tls/tls.crt "
    f"--key /etc/factory/keeper/tls/tls.key {DATA}/elsewhere && "
    f"timeout {PATIENCE_SECONDS} sh -c 'until ss -tln | grep -q :8446; do sleep .1; done'"
)


class Nothing(Model):
    """No settings."""


def _packages(settings: Nothing, given: object) -> None:
    del settings, given
    installed_packages(name="Install", packages=("curl", "openssl"))


PACKAGES = Layer(name="packages", settings=Nothing, deploy=_packages)


@dataclasses.dataclass(frozen=True, kw_only=True)
class BackedUp:
    """Two machines: one with a database, one that keeps its backups."""

    lab: Machines
    source: Machine
    keeper: Machine
    settings: Mapping[str, Settings]
    given: dict[str, str]

    def apply(self, machine: Machine, layer: AnyLayer) -> Sequence[str]:
        """Give a layer, and return what was done."""
        given = {name: self.given[name] for name in layer.given}
        with on_machine(self.lab, machine, layer, settings=self.settings.get(layer.name, {}), given=given) as work:
            outcome = work.apply()
        self.given.update({name: str(value) for name, value in outcome.gives.items()})
        return outcome.done

    def back_up(self, *, check: bool = True) -> bool:
        """Run the backup once, as the timer would."""
        done = self.source.run(f"sudo systemctl start {at.SERVICE}", check=False)
        if check and done.returncode:
            said = self.source.run(f"sudo journalctl --no-pager --lines 40 --unit {at.SERVICE}").stdout
            raise AssertionError(said)
        return done.returncode == 0

    @property
    def kept(self) -> Keeper:
        """The keeper, as the operator asks it."""
        machine = self.keeper
        return Keeper(
            machine=Address(
                name=machine.name, address=machine.address, user=machine.user, identity=str(machine.key),
                host_key=machine.host_key,
            ),
            folder=FOLDER,
            secret=GIVEN["repository_password"],
        )  # fmt: skip

    def status(self) -> Settings:
        """Return what the last run left."""
        found: Settings = json.loads(self.source.run(f"sudo cat {at.STATE}/status.json").stdout)
        return found

    def proof(self, *, off_site: OffSite | None = None) -> Evidence:
        """Return what is known of the backup of the database, here or *off_site*."""
        kept = dataclasses.replace(self.kept, off_site=off_site)
        with self.lab.inside():
            (found,) = evidence(kept, {self.source.name: ["postgres"]}, now=dt.datetime.now(dt.UTC))
        return found


@pytest.fixture(scope="module")
def backed_up(lab: Machines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackedUp]:
    """Bring both up, each layer twice, and back up once."""
    source, keeper = lab["pi2"], lab["pi3"]
    folder = tmp_path_factory.mktemp("programs")
    instead: Settings = {}
    try:
        for name, part in (("step_ca", STEP_CA), ("step_cli", STEP_CLI)):
            program = find_part(part).path
            (folder / name).symlink_to(program)
            digest = hashlib.sha256(program.read_bytes()).hexdigest()
            instead[name] = {"url": f"http://{lab.gateway}:8083/{name}", "sha256": digest}
        image = build(lab_image("postgres"))
    except PartMissingError as error:
        pytest.skip(str(error))
    with lab.inside():
        programs = ThreadingHTTPServer((lab.gateway, 8083), partial(SimpleHTTPRequestHandler, directory=str(folder)))
    threading.Thread(target=programs.serve_forever, daemon=True).start()
    with Registry((lab.gateway, 5002), [image], network=lab.network) as registry:
        threading.Thread(target=registry.serve_forever, daemon=True).start()
        for machine in (source, keeper):
            machine.reset()
            machine.start()
        yield _brought_up(lab, source=source, keeper=keeper, instead=instead)
        registry.shutdown()
    programs.shutdown()
    programs.server_close()
    for machine in (source, keeper):
        machine.reset()
        machine.start()


def _brought_up(lab: Machines, *, source: Machine, keeper: Machine, instead: Settings) -> BackedUp:
    authority: Settings = {
        "name": "Lab of the test", "names": ["ca.lab.test", keeper.address], "primary": keeper.address,
        "instead": instead,
    }  # fmt: skip
    settings: dict[str, Settings] = {
        "pki": {"authority": authority},
        "docker": {
            "source": "debian", "mount": "/var/lib", "registry_mirrors": [f"http://{lab.gateway}:5002"],
        },
        "postgres": {
            "image": lab_image("postgres").reference, "mount": DATA, "folder": f"{DATA}/postgres", "memory_mib": 256,
        },
        "backup_keeper": {"mount": DATA, "folder": FOLDER, "hosts": [source.name], "names": [keeper.address]},
        "backup": {
            "host": source.name, "mount": DATA, "keeper": keeper.address,
            "sources": {"postgres": {"kind": "postgres", "container": "postgres"}},
            "accounted": [f"{DATA}/postgres"],
        },
    }  # fmt: skip
    found = BackedUp(lab=lab, source=source, keeper=keeper, settings=settings, given=dict(GIVEN))
    for machine in (keeper, source):
        settings["disks"] = {"disks": [{"id": machine.disk_name, "label": "data", "mount": DATA}], "may_be_erased": []}
        found.apply(machine, PACKAGES)
        found.apply(machine, DISKS)
    for machine, layer in (
        (keeper, PKI), (keeper, KEEPER), (source, DOCKER), (source, POSTGRES), (source, BACKUP),
    ):  # fmt: skip
        assert found.apply(machine, layer) != ()
        assert found.apply(machine, layer) == ()
    source.run("sudo docker exec -i -u postgres postgres psql -Xq -v ON_ERROR_STOP=1", given=SQL)
    found.back_up()
    return found


def test_backup_is_proved_by_a_restore(backed_up: BackedUp) -> None:
    """All databases there are, restored elsewhere, have the rows that they had; the timer waits for the night."""
    found = backed_up.proof()
    assert (found.faults, found.name) == ([], "pi2/postgres")
    assert found.size > 100_000
    assert backed_up.source.run(f"systemctl is-active {at.TIMER}").stdout == "active\n"


def test_least_rights(backed_up: BackedUp) -> None:
    """Who sends may read the collection and nothing of the databases, and can remove nothing at the keeper."""
    before = backed_up.proof().archive
    run = f"sudo -u {at.ACCOUNT}"
    assert backed_up.source.run(f"{run} ls {DATA}/backup-staging/postgres").stdout != ""
    for closed in (f"ls {DATA}/postgres/data", "docker ps", f"sh -c ': >{DATA}/backup-staging/new'", "sudo -n true"):
        assert backed_up.source.run(f"{run} {closed}", check=False).returncode != 0, closed
    restic = (
        f"{run} restic --repository-file {at.SECRETS}/repository-keeper --password-file {at.SECRETS}/password "
        f"--cacert {at.ROOT} --no-cache"
    )
    refused = backed_up.source.run(f"{restic} forget {before}", check=False)
    assert "403" in refused.stderr + refused.stdout
    assert backed_up.proof().archive == before
    shown = backed_up.source.run("ps -eww -o args; systemctl show factory-backup.service").stdout
    assert GIVEN["repository_password"] not in shown


def test_flipped_byte_is_refused(backed_up: BackedUp) -> None:
    """One wrong byte in the largest file at the keeper: not proved, and proved again once it is right again."""
    largest = f"$(find {FOLDER}/pi2/data -type f -printf '%s %p\\n' | sort -n | tail -n 1 | cut -d' ' -f2)"
    flip = (
        f"file={largest}; cp -p $file /root/kept; chmod u+w $file; "
        "printf '\\377' | dd of=$file bs=1 seek=1000 conv=notrunc status=none; cmp -s $file /root/kept && "
        "printf '\\376' | dd of=$file bs=1 seek=1000 conv=notrunc status=none; echo $file"
    )
    file = backed_up.keeper.run("sudo sh -s", given=flip).stdout.strip()
    found = backed_up.proof()
    assert found.faults[0].startswith("damaged: ")
    backed_up.keeper.run(f"sudo cp -p /root/kept {file}")
    assert backed_up.proof().faults == []


def test_what_differs_is_named(backed_up: BackedUp) -> None:
    """A table whose rows are not those that were counted is named, with both sums."""
    with backed_up.lab.inside(), own_folder() as folder:
        backed_up.kept.fetch(backed_up.kept.archives("pi2")[-1], folder)
        manifest = folder / "manifest.json"
        content = json.loads(manifest.read_text())
        assert [*content["databases"]] == ["my-shop", "postgres"]
        tables = content["databases"]["my-shop"]["tables"]
        assert tables['"Odd name"."Table"'].startswith("1 ")
        assert tables["public.goods"].startswith("5000 ")
        tables["public.nothing"] = "1 12"
        manifest.write_text(json.dumps(content))
        scratch = folder / "scratch"
        scratch.mkdir()
        assert [*restore_faults(folder, scratch=scratch, ways=Ways())] == [
            "database my-shop, table public.nothing: collected 1 12, restored 0 0 (rows, sum)"
        ]


@pytest.mark.parametrize("full", ["source", "keeper"])
def test_full_disk_is_refused(backed_up: BackedUp, full: str) -> None:
    """Without room nothing new counts as backed up, what was kept stays good, and with room the next run succeeds."""
    machine = backed_up.source if full == "source" else backed_up.keeper
    before = backed_up.proof()
    backed_up.source.run(
        "sudo docker exec -i -u postgres postgres psql -Xq -v ON_ERROR_STOP=1 my-shop",
        given="INSERT INTO nothing SELECT (random() * 2e9)::int FROM generate_series(1, 200000)",
    )
    machine.run(
        f"sudo sh -c 'free=$(df --output=avail -k {DATA} | tail -n 1); fallocate -l $((free - 512))K {DATA}/full'"
    )
    assert not backed_up.back_up(check=False)
    assert backed_up.proof().faults == []
    machine.run(f"sudo rm {DATA}/full")
    backed_up.back_up()
    after = backed_up.proof()
    assert (after.faults, after.archive != before.archive) == ([], True)


def test_killed_run_is_repeated(backed_up: BackedUp) -> None:
    """Killed at any moment, or cut off from power: the next run is whole, and what was kept before stays."""
    for moment in (0.1, 0.8, 1.6, 2.4):
        backed_up.source.run(f"sudo systemctl start --no-block {at.SERVICE}")
        time.sleep(moment)
        backed_up.source.run(f"sudo systemctl kill --signal=KILL {at.SERVICE}", check=False)
    backed_up.source.kill()
    backed_up.source.start()
    assert backed_up.proof().faults == []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not backed_up.back_up(check=False):
        assert time.monotonic() < deadline, backed_up.status()
        time.sleep(1)
    assert backed_up.proof().faults == []


def test_never_two_at_once(backed_up: BackedUp) -> None:
    """While one collects, another one ends at once and says so."""
    program = f"/usr/bin/python3 -I {at.PROGRAMS}/backup-collect.py"
    done = backed_up.source.run(f"sudo flock /run/lock/factory-backup {program}", check=False)
    assert (done.returncode, done.stderr) == (BUSY, "another backup runs\n")


def test_what_no_source_names_is_told(backed_up: BackedUp) -> None:
    """A folder and a volume that nobody declared are found by looking at the host."""
    backed_up.source.run(f"sudo mkdir -p {DATA}/forgotten && sudo docker volume create lost")
    backed_up.back_up()
    assert backed_up.status()["uncovered"] == [f"{DATA}/forgotten", "volume lost"]


@pytest.fixture
def off_site(backed_up: BackedUp) -> Iterator[OffSite]:
    """Run another server beside the keeper, which takes archives in and removes none, and have the source know it."""
    keeper, source = backed_up.keeper, backed_up.source
    user, word = "lab", GIVEN["upload_password"]
    password = derived_password(word, host=user)
    place = f"rest:https://{keeper.address}:8446"
    keeper.run("sudo install -D -m 600 /dev/stdin /root/off-site", given=render_users([user], secret=word))
    keeper.run(_OFF_SITE_SERVER)
    root = backed_up.given["root_certificate"]
    source.run("sudo tee /usr/local/share/ca-certificates/lab.crt >/dev/null", given=root)
    source.run("sudo update-ca-certificates")
    backed_up.given.update({"off_site_key": user, "off_site_secret": password})
    settings: dict[str, Settings] = {"backup_off_site": {"host": source.name, "place": place}}
    there = dataclasses.replace(backed_up, settings={**backed_up.settings, **settings})
    assert there.apply(source, OFF_SITE) != ()
    assert there.apply(source, OFF_SITE) == ()
    yield OffSite(place=place, key=user, secret=password)
    source.run(f"sudo rm -f {at.SECRETS}/repository-off-site {at.SECRETS}/environment-off-site")
    keeper.run(f"sudo systemctl stop off-site; sudo rm -rf {DATA}/elsewhere", check=False)


def test_copy_off_site_outlives_the_keeper(backed_up: BackedUp, off_site: OffSite) -> None:
    """A second repository is proved by a restore of its own, also without the first; its host can remove nothing."""
    backed_up.back_up()
    found = backed_up.proof(off_site=off_site)
    assert found.faults == []
    restic = (
        f"sudo -u {at.ACCOUNT} restic --repository-file {at.SECRETS}/repository-off-site "
        f"--password-file {at.SECRETS}/password --no-cache"
    )
    refused = backed_up.source.run(f"{restic} forget {found.archive}", check=False)
    assert "403" in refused.stderr + refused.stdout
    backed_up.keeper.run(f"sudo mv {FOLDER}/pi2 {DATA}/gone")
    try:
        assert backed_up.proof().faults[-1] == "never backed up"
        assert backed_up.proof(off_site=off_site).faults == []
    finally:
        backed_up.keeper.run(f"sudo mv {DATA}/gone {FOLDER}/pi2")
    assert backed_up.proof().faults == []


def test_copy_off_site_that_is_cut_off_is_named(backed_up: BackedUp, off_site: OffSite) -> None:
    """Without the other place the run fails and says so, the keeper has its archive, and the next run catches up."""
    backed_up.back_up()
    before = backed_up.proof()
    backed_up.keeper.run("sudo systemctl stop off-site")
    assert not backed_up.back_up(check=False)
    results = backed_up.status()["results"]
    assert isinstance(results, dict)
    assert results["keeper"] == {"postgres": ""}
    assert "connection refused" in str(results["off-site"])
    after = backed_up.proof()
    assert (after.faults, after.archive != before.archive) == ([], True)
    backed_up.keeper.run(_OFF_SITE_SERVER)
    backed_up.back_up()
    assert backed_up.proof(off_site=off_site).faults == []
