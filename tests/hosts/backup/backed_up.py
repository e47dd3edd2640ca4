"""Two machines with a database and its backups, as tests use them."""

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Self

from pydantic import JsonValue

from hosts.backup import places as at
from hosts.inventory import Machine as Address
from hosts.layer import Layer
from hosts.layers.backup import LAYER as BACKUP
from hosts.layers.backup_keeper import LAYER as KEEPER
from hosts.layers.disks import LAYER as DISKS
from hosts.layers.docker import LAYER as DOCKER
from hosts.layers.order import AnyLayer
from hosts.layers.pki import LAYER as PKI
from hosts.layers.postgres import LAYER as POSTGRES
from hosts.model import Model
from hosts.operations.installed_packages import installed_packages
from ops.backup_evidence.evidence import Evidence, evidence
from ops.backup_evidence.keeper import Keeper, OffSite
from rehearsal.images.lab_images import lab_image
from rehearsal.machines.machine import Machine
from rehearsal.machines.machines import Machines
from tests.hosts.on_machine import on_machine

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
OFF_SITE_SERVER = (
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

    @classmethod
    def brought_up(cls, lab: Machines, *, source: Machine, keeper: Machine, instead: Settings) -> Self:
        """Give both what they need, each layer twice, and back up once."""
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
                "image": lab_image("postgres").reference, "mount": DATA, "folder": f"{DATA}/postgres",
                "memory_mib": 256,
            },
            "backup_keeper": {"mount": DATA, "folder": FOLDER, "hosts": [source.name], "names": [keeper.address]},
            "backup": {
                "host": source.name, "mount": DATA, "keeper": keeper.address,
                "sources": {"postgres": {"kind": "postgres", "container": "postgres"}},
                "accounted": [f"{DATA}/postgres"],
            },
        }  # fmt: skip
        found = cls(lab=lab, source=source, keeper=keeper, settings=settings, given=dict(GIVEN))
        for machine in (keeper, source):
            settings["disks"] = {
                "disks": [{"id": machine.disk_name, "label": "data", "mount": DATA}],
                "may_be_erased": [],
            }
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
