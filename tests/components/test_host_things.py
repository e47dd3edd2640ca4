"""What the stack `hosts` tells the layers of the cluster's things."""

import json
from pathlib import Path

import pytest
import yaml

from hosts.layers.pki_settings import Authority
from hosts.layers.things import THINGS
from stacks.host_things import AUTHORITY_PORT, PROVISIONER, THING_ORDER, host_things
from stacks.hosts_settings import HostsSettings, read_hosts_settings

ROOT = Path(__file__).resolve().parents[2]
FOLLOWED = {"organisation": "lab", "repository": "factory", "path": "argocd"}


@pytest.fixture(scope="module")
def settings() -> HostsSettings:
    """Read the settings of production, with something for ArgoCD to follow."""
    file = yaml.safe_load((ROOT / "Pulumi.hosts.yaml").read_text(encoding="utf-8"))
    return read_hosts_settings(json.dumps({**file["config"]["factory:settings"], "followed": FOLLOWED}))


def test_order_is_the_layers_own(settings: HostsSettings) -> None:
    """The stack gives the things in the order in which they need each other, and leaves none out."""
    assert tuple(layer.name for layer in THINGS) == THING_ORDER
    assert tuple(host_things(settings)) == THING_ORDER


def test_every_thing_takes_what_it_is_told(settings: HostsSettings) -> None:
    """The layers' own models accept what the stack computes for them."""
    told = host_things(settings)

    for layer in THINGS:
        layer.settings.model_validate_json(json.dumps(told[layer.name]))


def test_nothing_to_follow_is_no_argocd(settings: HostsSettings) -> None:
    """Without a repository that it follows there is no ArgoCD; all else is given."""
    assert {*THING_ORDER} - {*host_things(settings.model_copy(update={"followed": None}))} == {"argocd"}


def test_what_is_said_of_the_authority_is_so() -> None:
    """Port and provisioner are those of the layer that makes the authority."""
    fields = Authority.model_fields

    assert (fields["port"].default, fields["provisioner"].default) == (AUTHORITY_PORT, PROVISIONER)


def test_local_are_the_lab_s_own_addresses(settings: HostsSettings) -> None:
    """Who is let past the middleware is the network of the hosts, computed from an address and its prefix."""
    assert host_things(settings)["traefik"]["local"] == ["192.168.1.0/24"]
