"""What the hosts are told when the cluster has three servers, as values: no rehearsal has run several."""

import json
from collections.abc import Mapping
from ipaddress import IPv4Address
from pathlib import Path

import pytest
import yaml
from pydantic import JsonValue

from hosts.k3s.files import render_server
from hosts.layers.k3s import K3s
from hosts.layers.order import LAYERS
from stacks.host_layers import host_layers, layer_steps
from stacks.host_things import THING_ORDER
from stacks.hosts_settings import HostsSettings, read_hosts_settings

FILE = Path(__file__).resolve().parents[2] / "Pulumi.hosts.yaml"
BUILT = {"url": "http://10.77.0.1:8080/program", "sha256": "0" * 64}
SERVERS = ("pi1", "pi2", "pi3")


@pytest.fixture(scope="module")
def settings() -> HostsSettings:
    """Give every host the role of a server, in the settings of production."""
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))["config"]["factory:settings"]
    raw["roles"]["servers"] = [*SERVERS]
    raw["rehearsed"] = {"registry": "http://10.77.0.1:5000", "step_ca": BUILT, "step_cli": BUILT, "k3s": BUILT}
    return read_hosts_settings(json.dumps(raw))


def told(settings: HostsSettings) -> Mapping[str, K3s]:
    """Return server → what its layer is told."""
    layers = {host.name: host_layers(settings, host)["k3s"] for host in settings.hosts}
    return {name: K3s.model_validate_json(json.dumps(one)) for name, one in layers.items()}


def test_the_first_makes_the_cluster_and_the_others_join_it(settings: HostsSettings) -> None:
    """One configuration begins a datastore of the cluster's own, the others name the first; ports stay the forge's."""
    written = {
        name: yaml.safe_load(render_server(one.node, names=one.names, servers=one.servers, first=one.first))
        for name, one in told(settings).items()
    }

    assert {name: one.first for name, one in told(settings).items()} == {
        "pi1": None, "pi2": IPv4Address("192.168.1.201"), "pi3": IPv4Address("192.168.1.201")
    }  # fmt: skip
    assert {name: (one.get("cluster-init"), one.get("server")) for name, one in written.items()} == {
        "pi1": (True, None),
        "pi2": (None, "https://192.168.1.201:6443"),
        "pi3": (None, "https://192.168.1.201:6443"),
    }
    assert [name for name, one in written.items() if "node-label" in one] == ["pi1", "pi3"]


def test_servers_come_one_after_the_other_and_there_is_no_agent(settings: HostsSettings) -> None:
    """The first begins, since the others join it; what the cluster is given lies on the first alone."""
    steps = [(layer, host.name) for layer, host in layer_steps(settings)]

    assert [host for layer, host in steps if layer == "k3s"] == [*SERVERS]
    assert not {"k3s_agent", "k3s_drain", "k3s_return"} & {layer for layer, _ in steps}
    assert {host for layer, host in steps if layer in THING_ORDER} == {"pi1"}


def test_each_keeps_what_its_datastore_can_be_made_from(settings: HostsSettings) -> None:
    """There is no file of sqlite to copy: snapshots that k3s makes of etcd go into the backup, with the token."""
    models = {layer.name: layer.settings for layer in LAYERS}
    found: dict[str, JsonValue] = {}
    for host in settings.hosts:
        backup = host_layers(settings, host)["backup"]
        models["backup"].model_validate_json(json.dumps(backup))
        sources = backup["sources"]
        assert isinstance(sources, dict)
        found[host.name] = sources["k3s"]

    server = "/var/lib/rancher/k3s/server"
    wanted: JsonValue = {"kind": "files", "paths": [f"{server}/token", f"{server}/db/snapshots"], "sqlite": []}
    assert found == dict.fromkeys(SERVERS, wanted)
