"""A machine with a server of the cluster, and what its layers are told."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import JsonValue

from hosts.layer import Given, Layer
from hosts.layers.disks import LAYER as DISKS
from hosts.layers.k3s import LAYER as K3S
from hosts.layers.order import AnyLayer
from hosts.model import Model
from hosts.operations.applied_manifest import FOLDER
from hosts.operations.installed_packages import installed_packages
from hosts.worker.layer_work import LayerWork, Outcome
from ops.cluster_status.asked import ASK, AskedCluster, read_asked
from rehearsal.hosts.served_k3s import NAME, served_k3s
from rehearsal.hosts.served_programs import ServedPrograms
from rehearsal.machines.machine import Machine
from rehearsal.machines.machines import Machines
from tests.cluster.things import CHART, DOMAIN, GIVEN
from tests.hosts.on_machine import on_machine

HOST = "pi1"
DATA = "/mnt/data"
VERSION = "1.34.3+k3s1"
Settings = Mapping[str, JsonValue]


class Nothing(Model):
    """No settings."""


def _packages(settings: Nothing, given: Given) -> None:
    del settings, given
    installed_packages(name="Install", packages=("curl",))


PACKAGES = Layer(name="packages", settings=Nothing, deploy=_packages)


class ClusterMachine:
    """The machine, given one layer after the other."""

    def __init__(self, lab: Machines, settings: Mapping[str, Settings]) -> None:
        """Know the machine and what its layers are told."""
        self.lab = lab
        self.settings = settings

    @property
    def machine(self) -> Machine:
        """The machine itself."""
        return self.lab[HOST]

    def apply(self, layer: AnyLayer) -> Outcome:
        """Apply a layer."""
        with self.work(layer) as work:
            return work.apply()

    def pending(self, layer: AnyLayer) -> tuple[str, ...]:
        """Ask what a layer would change."""
        with self.work(layer) as work:
            return work.read().pending

    @contextmanager
    def work(self, layer: AnyLayer) -> Iterator[LayerWork]:
        """Give the layer on the machine."""
        given = {name: GIVEN.get(name, f"{name} of the test") for name in layer.given}
        with on_machine(self.lab, self.machine, layer, settings=self.settings.get(layer.name, {}), given=given) as work:
            yield work

    def kubectl(self, *words: str) -> str:
        """Return what kubectl says on the server."""
        return self.machine.run(f"sudo k3s kubectl {' '.join(words)}").stdout.strip()

    def asked(self) -> AskedCluster:
        """Ask as `./factory cluster status` does."""
        return read_asked(self.machine.run(f"sudo sh -s {FOLDER}", given=ASK).stdout)


@contextmanager
def cluster_machine(lab: Machines, folder: Path) -> Iterator[ClusterMachine]:
    """Bring a bare machine up to a server of the cluster without anything in it."""
    machine = lab[HOST]
    machine.reset()
    machine.start()
    parts = served_k3s(folder / "assembled", shared=machine.shared)
    with ServedPrograms(folder / "served", {NAME: parts[NAME]}, address=lab.gateway, network=lab.network) as programs:
        found = ClusterMachine(lab, _settings(machine, programs.built[NAME]))
        first: tuple[AnyLayer, ...] = (PACKAGES, DISKS, K3S)
        for layer in first:
            found.apply(layer)
        yield found
    machine.reset()
    machine.start()


def _settings(machine: Machine, instead: JsonValue) -> Mapping[str, Settings]:
    node: JsonValue = {
        "name": HOST, "address": machine.address, "version": VERSION, "balances": True, "instead": instead
    }  # fmt: skip
    chart = CHART.model_dump()
    return {
        "disks": {"disks": [{"id": machine.disk_name, "label": "data", "mount": DATA}], "may_be_erased": []},
        "k3s": {"node": node, "names": [f"{HOST}.home"], "servers": 1, "first": None, "mount": DATA},
        "coredns": {"domain": DOMAIN, "resolver": "10.0.0.2"},
        "longhorn": {"chart": chart, "folder": f"{DATA}/longhorn", "replicas": 2},
        "cert_manager": {
            "chart": chart, "issuer_chart": chart, "domain": DOMAIN, "authority": "https://ca.lab.test:8443",
            "provisioner": "lab",
        },
        "traefik": {"email": "a@lab.test", "local": ["10.0.0.0/24"], "bouncer": "v1.4.6"},
        "vault": {"chart": chart, "version": "1.21.0", "domain": DOMAIN},
        "secrets_operator": {"chart": chart},
        "volume_backups": {
            "bucket": "lab-backup", "region": "us-east1", "endpoint": "https://storage.test",
            "key": "kvv1/storage/lab-backup", "snapshots": 3,
            "tiers": {"daily": 3, "weekly": 0, "monthly": 12, "yearly": 10},
        },
        "argocd": {
            "chart": chart, "updater_chart": chart, "domain": DOMAIN, "organisation": "lab", "repository": "factory",
            "vault_first": ["erp"],
        },
        "crowdsec": {"chart": chart},
    }  # fmt: skip
