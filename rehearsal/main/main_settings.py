"""The settings of the stack `main`: those of production with addresses and authorities replaced, nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue


@dataclass(frozen=True, kw_only=True)
class Replaced:
    """What stands here for the addresses of production."""

    ca_file: str
    """Root of every server here."""
    forge: str
    """Address of Gitea."""
    vault: str
    """Address of Vault."""
    issuer: str
    """Who signs the tokens of workflows."""
    public_keys: Sequence[str]
    """What proves them, as PEM texts: one of them is published nowhere."""
    cluster: str
    """Address of the cluster's API."""
    database: tuple[str, int]
    """Host and port of the pooler."""
    clouds: Mapping[str, Mapping[str, str]]
    """Cloud → the settings of its addresses."""


def rehearsal_main_settings(production: Mapping[str, JsonValue], replaced: Replaced) -> dict[str, JsonValue]:
    """Return the settings of *production* with what is *replaced* here."""
    host, port = replaced.database
    tokens = {key: value for key, value in _mapping(production, "tokens").items() if key != "discovery_url"}
    clouds: dict[str, JsonValue] = {
        name: {**_mapping(production, name), **replaced.clouds.get(name, {})}
        for name in ("cloudflare", "ovh", "google")
        if name in production
    }
    return {
        **production,
        "ca_file": replaced.ca_file,
        "forge": {**_mapping(production, "forge"), "url": replaced.forge},
        "vault": {**_mapping(production, "vault"), "url": replaced.vault},
        "tokens": {**tokens, "issuer": replaced.issuer, "public_keys": [*replaced.public_keys]},
        "kubernetes": {
            **_mapping(production, "kubernetes"), "url": replaced.cluster, "ca_file": replaced.ca_file
        },
        "database": {**_mapping(production, "database"), "host": host, "port": port},
        **clouds,
    }  # fmt: skip


def _mapping(settings: Mapping[str, JsonValue], key: str) -> dict[str, JsonValue]:
    found = settings.get(key)
    return dict(found) if isinstance(found, dict) else {}
