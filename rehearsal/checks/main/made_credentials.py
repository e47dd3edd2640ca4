"""Every credential that exists because of this run."""

import json
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from rehearsal.main.edge import Edge
from rehearsal.stack_runner import StackRunner

CONNECTION = "vault:database/secretBackendConnection:SecretBackendConnection"
CONFIGURATION = "ApplicationInstance$factory:vault:KvSecret"
PUBLISHED = "factory:edge:PublishedSecret$"
IDENTIFIERS = ("access_id", "access_key_id", "account_id", "bucket", "client_id", "endpoint", "user")
"""Fields that are published with a credential and only say whose it is or what it is for."""
PASSPHRASE = "PULUMI_CONFIG_PASSPHRASE"  # noqa: S105 - the name of a variable


def made_credentials(edge: Edge) -> Mapping[str, str]:
    """Return value → what it is: what providers were given, servers made, checks got, and the states hold as secret."""
    found = {value: f"the credential in {name}" for name, value in edge.secrets.items()}
    found |= {value: f"the {name} of GOOGLE_CREDENTIALS" for name, value in _parts(edge.secrets).items()}
    found |= dict.fromkeys(edge.vault.shares, "a share of Vault's key")
    found |= {token: f"the token of {name}" for name, token in edge.accounts.items()}
    found |= {edge.lab.server.password: "the superuser's password", edge.gitea.token: "Gitea's first token"}
    found |= edge.handed_out
    found[edge.stack.environment()[PASSPHRASE]] = "the passphrase of the state"
    for runner in (edge.lab.stack, edge.stack):
        found |= {value: f"a secret in the state of {runner.stack}: {place}" for place, value in _in_state(runner)}
    return found


def _parts(secrets: Mapping[str, str]) -> Mapping[str, str]:
    key = json.loads(secrets.get("GOOGLE_CREDENTIALS") or "{}")
    return {name: key[name] for name in ("private_key", "private_key_id") if name in key}


def _in_state(runner: StackRunner) -> Iterator[tuple[str, str]]:
    for resource in json.loads(runner.export())["deployment"]["resources"]:
        # A configuration is encrypted like everything in KV, but says only what everybody may know.
        if CONFIGURATION in resource["urn"]:
            continue
        name = resource["urn"].rpartition("::")[2]
        if PUBLISHED in resource["urn"] and name.endswith(IDENTIFIERS):
            continue
        for place, value in _sealed({key: resource.get(key) for key in ("inputs", "outputs")}, (), sealed=False):
            # Of a connection only the password is one, but Pulumi marks the whole block.
            if place[-1] not in IDENTIFIERS and (resource["type"] != CONNECTION or place[-1] == "password"):
                yield f"{name}.{place[-1]}", value


def _sealed(value: JsonValue, place: tuple[str, ...], *, sealed: bool) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield place and text of everything within *value* that is encrypted in the state."""
    if isinstance(value, dict) and "plaintext" in value:
        yield from _sealed(json.loads(str(value["plaintext"])), place, sealed=True)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _sealed(inner, (*place, key), sealed=sealed)
    elif isinstance(value, list):
        for inner in value:
            yield from _sealed(inner, place, sealed=sealed)
    elif sealed and isinstance(value, str):
        yield place, value
