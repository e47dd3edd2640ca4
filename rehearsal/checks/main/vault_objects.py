"""What Vault itself says about every object that the stack declares."""

from collections.abc import Mapping

import httpx
from pydantic import JsonValue

from rehearsal.checks.main.names import found_names
from rehearsal.main.edge import Edge

READ_FROM = {
    "sys/policies/acl": "sys/policies/acl/{}",
    "auth/gitea_jwt/role": "auth/gitea_jwt/role/{}",
    "auth/kubernetes/role": "auth/kubernetes/role/{}",
    "postgres/config": "postgres/config/{}",
    "postgres/roles": "postgres/roles/{}",
    "kvv2/metadata": "kvv2/data/{}config",
    "transit/keys": "transit/keys/{}",
    "sys/mounts": "sys/mounts/{}",
    "sys/auth": "sys/auth/{}",
}
ALWAYS = ("auth/gitea_jwt/config", "auth/kubernetes/config")
MOVING = frozenset({"metadata", "keys", "latest_version", "uuid", "accessor"})
"""What changes although nothing was changed: versions, and what Vault gives a thing that is made again."""


def vault_objects(edge: Edge) -> Mapping[str, JsonValue]:
    """Return path → content of every object; secrets of KV are among them, so keep it in memory."""
    found: dict[str, JsonValue] = {}
    with edge.as_root() as client:
        for place, names in found_names(edge).items():
            for name in names:
                path = READ_FROM[place].format(name)
                found[path] = _content(client.get(path))
        for path in ALWAYS:
            found[path] = _content(client.get(path))
    return found


def _content(answer: httpx.Response) -> JsonValue:
    if answer.is_error:
        return None
    data: dict[str, JsonValue] = answer.json()["data"]
    # No value and an empty one are the same to Vault, which tells the one or the other.
    return {key: value for key, value in data.items() if key not in MOVING and value not in (None, [], {}, "")}
