"""Who fetches a backup needs no image and no disk."""

import json
from pathlib import Path

import pytest
import yaml

from ops.backup_evidence.lab_backups import LabBackups
from rehearsal.bring_up import CHECKOUT
from stacks.host_layers import backup_layers, host_layers, layer_faults
from stacks.hosts_settings import HostsSettings, read_hosts_settings

BUILT = {"url": "http://10.77.0.1:8080/program", "sha256": "0" * 64}
BUCKET = "s3:https://storage.test/of-its-own"


def settings(rehearsed: dict[str, object] | None) -> HostsSettings:
    """Return the settings of production, with what a rehearsal has in place of its pins."""
    raw = yaml.safe_load((CHECKOUT / "Pulumi.hosts.yaml").read_text(encoding="utf-8"))["config"]["factory:settings"]
    return read_hosts_settings(json.dumps({**raw, "off_site": BUCKET, "rehearsed": rehearsed}))


@pytest.mark.parametrize("cluster", [{}, {"k3s": BUILT}])
def test_the_same_as_among_all_layers(cluster: dict[str, object]) -> None:
    """With every pin known, each host's layers of the backup are those that it is given."""
    found = settings({"registry": "http://10.77.0.1:5000", "step_ca": BUILT, "step_cli": BUILT, **cluster})

    for host in found.hosts:
        given = {name: told for name, told in host_layers(found, host).items() if name.startswith("backup")}
        assert given, host.name
        assert backup_layers(found, host) == given, host.name


def test_backups_are_found_with_open_pins(tmp_path: Path) -> None:
    """What keeps production from being applied keeps nobody from its backups."""
    production = settings(None)
    assert [*layer_faults(production)]
    secrets = tmp_path / "hosts-secrets.json"
    secrets.touch(mode=0o600)
    secrets.write_text(json.dumps({"backup-repositories": "all are made from this"}))

    lab = LabBackups(settings=production)

    assert lab.expected == {
        "pi1": ["authority", "cluster", "k3s", "vault"],
        "pi2": ["gitea", "postgres"],
        "operator": ["states"],
    }
    assert lab.keeper(secrets).machine.name == "pi3"
