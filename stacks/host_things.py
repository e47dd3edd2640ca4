"""What the layers of the cluster's things are told: computed from the settings."""

import ipaddress
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from hosts.pin import Chart
from hosts.versions import BOUNCER, PINS, VAULT
from stacks.app import App
from stacks.faults import RefusedSettingsError
from stacks.hosts_settings import HostsSettings

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"

THING_ORDER = (
    "coredns", "longhorn", "cert_manager", "traefik", "vault", "secrets_operator", "volume_backups", "argocd",
    "crowdsec",
)  # fmt: skip
"""The order in which they are given, the same as in `hosts/layers/things.py`; a test compares the two."""
REPLICAS = 2
"""Copies of each volume: with one more, on three nodes, nothing could heal while one of them is drained."""
AUTHORITY_PORT = 8443
PROVISIONER = "lab"
"""Name of the authority's JWK provisioner, as the layer `pki` calls it; a test compares the two."""


def host_things(settings: HostsSettings) -> Mapping[str, Mapping[str, Json]]:
    """Return the layers with what each is told, in their order."""
    network, server = settings.network, settings.host(settings.roles.servers[0])
    local = ipaddress.ip_network(f"{server.address}/{network.prefix}", strict=False)
    things: dict[str, Mapping[str, Json]] = {
        "coredns": {"domain": settings.domain, "resolver": network.resolver},
        "longhorn": {
            "chart": _chart(settings, "longhorn-chart"),
            "folder": f"{settings.data}/longhorn",
            "replicas": min(REPLICAS, len(settings.hosts)),
        },
        "cert_manager": {
            "chart": _chart(settings, "cert-manager-chart"),
            "issuer_chart": _chart(settings, "step-issuer-chart"),
            "domain": settings.domain,
            "authority": f"https://ca.{settings.domain}:{AUTHORITY_PORT}",
            "provisioner": PROVISIONER,
        },
        "traefik": {"email": settings.administrator_email, "local": [str(local)], "bouncer": BOUNCER},
        "vault": {"chart": _chart(settings, "vault-chart"), "version": VAULT, "domain": settings.domain},
        "secrets_operator": {"chart": _chart(settings, "secrets-operator-chart")},
    }
    if settings.volumes is not None:
        things["volume_backups"] = {**settings.volumes.model_dump(), "tiers": settings.tiers.model_dump()}
    if (followed := settings.followed) is not None:
        waiting = [
            App(name=one.name, environment=one.environment, org=followed.organisation, domain=settings.domain)
            for one in followed.vault_first
        ]
        things["argocd"] = {
            "chart": _chart(settings, "argocd-chart"),
            "updater_chart": _chart(settings, "image-updater-chart"),
            "domain": settings.domain,
            **followed.model_dump(exclude={"vault_first"}),
            "vault_first": [app.namespace for app in waiting],
        }
    return {**things, "crowdsec": {"chart": _chart(settings, "crowdsec-chart")}}


def _chart(settings: HostsSettings, name: str) -> Json:
    pin = PINS[name]
    if not isinstance(pin, Chart):
        raise RefusedSettingsError([f"hosts/versions.py: {name}: expected a chart"])
    # A rehearsal has no chart: its objects name it, and have no content.
    sha256 = None if settings.rehearsed else pin.sha256
    return {"repository": pin.repository, "name": pin.name, "version": pin.version, "sha256": sha256}
