"""What each host backs up, as values."""

import json
from pathlib import Path

import pytest
import yaml

from hosts.layers.backup import Backup, Vault
from hosts.layers.order import LAYERS
from stacks.faults import RefusedSettingsError
from stacks.host_backup import host_backup
from stacks.host_layers import host_layers
from stacks.hosts_settings import HostsSettings, read_hosts_settings

FILE = Path(__file__).resolve().parents[2] / "Pulumi.hosts.yaml"
BUILT = {"url": "http://10.77.0.1:8080/program", "sha256": "0" * 64}


def settings(keeper: str | None) -> HostsSettings:
    """Return the settings of production with that keeper, and what a rehearsal puts in the place of images."""
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))["config"]["factory:settings"]
    raw["roles"]["keeper"] = keeper
    raw["rehearsed"] = {"registry": "http://10.77.0.1:5000", "step_ca": BUILT, "step_cli": BUILT, "k3s": BUILT}
    return read_hosts_settings(json.dumps(raw))


def test_without_a_keeper_nothing_is_backed_up() -> None:
    """The layers stand in the order, and no host has them."""
    found = settings(None)
    assert not any({"backup", "backup_keeper"} & {*host_layers(found, host)} for host in found.hosts)


def test_each_source_has_a_host() -> None:
    """Databases and forge, authority, cluster: each on the host that has it; the models take what they are told."""
    found = settings("pi3")
    told = {host.name: host_layers(found, host) for host in found.hosts}
    sources = {name: layers["backup"]["sources"] for name, layers in told.items() if "backup" in layers}
    assert {name: [*each] for name, each in sources.items() if isinstance(each, dict)} == {
        "pi1": ["authority", "k3s", "cluster"],
        "pi2": ["postgres", "gitea"],
        "pi3": [],
    }
    assert (told["pi1"]["backup"]["keeper"], told["pi3"]["backup"]["keeper"]) == ("192.168.1.203", None)
    assert told["pi3"]["backup_keeper"]["hosts"] == ["pi1", "pi2"]
    models = {layer.name: layer.settings for layer in LAYERS}
    for layers in told.values():
        for name in {"backup", "backup_keeper"} & {*layers}:
            models[name].model_validate_json(json.dumps(layers[name]))


def test_vault_is_a_source_of_production() -> None:
    """The first server of the cluster has Vault make a snapshot; the layer's own model takes what it is told."""
    found = settings("pi3").model_copy(update={"rehearsed": None})
    told = host_backup(found, found.host("pi1"), layers=["pki", "k3s", "vault"])["backup"]
    read = Backup.model_validate_json(json.dumps(told))
    assert read.sources["vault"] == Vault(
        kind="vault", url="https://vault.arcodange.lab", namespace="tools", account="vault-snapshot", role="snapshot"
    )
    assert "/mnt/arcodange/vault" not in read.accounted


def test_keys_are_not_kept_with_what_opens_them() -> None:
    """The folder with the passwords of the authority's keys is in no archive."""
    found = settings("pi3")
    sources = host_layers(found, found.host("pi1"))["backup"]["sources"]
    assert isinstance(sources, dict)
    assert sources["authority"]["left_out"] == ["/etc/step-ca/secrets"]


@pytest.mark.parametrize(
    ("keeper", "message"),
    [
        ("pi2", "settings.roles.keeper: pi2 has the databases. Expected another host: one loss takes both"),
        ("pi9", "settings.roles.keeper: no such host. Expected one of pi1, pi2, pi3"),
    ],
)
def test_keeper_is_another_host(keeper: str, message: str) -> None:
    """The host with the databases, and one that does not exist, keep nothing."""
    with pytest.raises(RefusedSettingsError) as refused:
        settings(keeper)
    assert message in str(refused.value)
