"""What the stack `hosts` tells the layers of the cluster's things."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from pydantic import JsonValue, TypeAdapter

from hosts.layers.pki_settings import Authority
from hosts.layers.things import THINGS
from stacks.app import Application
from stacks.cloud_settings import Google
from stacks.host_things import AUTHORITY_PORT, PROVISIONER, THING_ORDER, host_things
from stacks.hosts_settings import HostsSettings, read_hosts_settings

ROOT = Path(__file__).resolve().parents[2]
FOLLOWED = {"organisation": "lab", "repository": "factory", "path": "argocd", "vault_first": [{"name": "erp"}]}


@pytest.fixture(scope="module")
def settings() -> HostsSettings:
    """Read the settings of production, with something for ArgoCD to follow."""
    return read_hosts_settings(json.dumps({**settings_of("hosts"), "followed": FOLLOWED}))


def settings_of(stack: str) -> Mapping[str, JsonValue]:
    """Return the settings in the file of a stack."""
    file: Mapping[str, Mapping[str, Mapping[str, JsonValue]]] = yaml.safe_load(
        (ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")
    )
    return file["config"]["factory:settings"]


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


def test_who_waits_for_vault_is_an_application_of_the_lab() -> None:
    """Production names the ERP in both environments; its namespaces are computed, and the other stacks know it."""
    settings = read_hosts_settings(json.dumps(settings_of("hosts")))

    assert host_things(settings)["argocd"]["vault_first"] == ["erp", "erp-sandbox"]
    assert settings.followed is not None
    known = TypeAdapter(tuple[Application, ...]).validate_python(settings_of("postgres")["applications"], strict=False)
    assert {*settings.followed.vault_first} <= {*known}


def google_of(settings: Mapping[str, JsonValue]) -> Google:
    """Return what the settings of the stack `main` say of Google."""
    return Google.model_validate_json(json.dumps(settings["google"]))


def test_the_cluster_reads_no_key_of_the_hosts() -> None:
    """A bucket that hosts add to keeps its key to them; that of the volumes is the cluster's."""
    file = ROOT / "tests" / "settings" / "main" / "valid" / "everything.yaml"
    google = google_of(yaml.safe_load(file.read_text(encoding="utf-8")))
    own = {one.published.path for one in google.backup_buckets if one.deletable}

    assert own
    assert google.volume_keys
    assert own.isdisjoint(google.volume_keys)


def test_volumes_go_to_the_bucket_that_is_made_for_them() -> None:
    """Bucket, region and home of the key are those of the stack `main`; as many are kept as of every other backup."""
    google = google_of(settings_of("main"))
    (bucket,) = (one for one in google.backup_buckets if not one.deletable)
    settings = read_hosts_settings(json.dumps(settings_of("hosts")))
    told = host_things(settings)["volume_backups"]

    assert (told["bucket"], told["key"]) == (bucket.bucket, bucket.published.path)
    assert told["region"] == bucket.region.lower()
    assert told["tiers"] == settings.tiers.model_dump()
    assert "volume_backups" not in host_things(settings.model_copy(update={"volumes": None}))
