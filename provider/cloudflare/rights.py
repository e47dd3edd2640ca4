"""What a token may do, as Cloudflare writes it and as it is declared."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from provider.cloudflare.names import ACCOUNT, BUCKET, ZONE, Names
from provider.http.json_types import Json, Object
from provider.values import Plain, Properties

JURISDICTION = "default"


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Part:
    """Permissions and what they are for, of one kind of resource."""

    scope: str
    permissions: str
    """Input that holds the permissions."""
    resources: str | None
    """Input that holds the resources; `None` for the account itself."""


PARTS = (
    _Part(scope=ACCOUNT, permissions="account_permissions", resources=None),
    _Part(scope=BUCKET, permissions="bucket_permissions", resources="buckets"),
    _Part(scope=ZONE, permissions="zone_permissions", resources="zones"),
)


def policies(inputs: Properties, names: Names) -> Sequence[Json]:
    """Return the policies that give exactly what *inputs* say; equal inputs give equal policies."""
    account = str(inputs["account_id"])
    found: list[Json] = []
    for part in PARTS:
        wanted = texts(inputs.get(part.permissions))
        if wanted:
            ids = names.permission_ids(account, part.scope, wanted)
            keys = _keys(part, inputs, names)
            found.append(
                {
                    "effect": "allow", "permission_groups": [{"id": one} for one in ids],
                    "resources": dict.fromkeys(keys, "*"),
                }
            )  # fmt: skip
    return found


def declared_rights(account: str, told: Json, names: Names) -> Properties:
    """Return the inputs that would declare the policies in *told*; what no input can say is in `other_rights`."""
    given = [*_rights(account, told, names)]
    found: dict[str, Plain] = {}
    regular: set[tuple[str, str, str]] = set()
    for part in PARTS:
        own = {one for one in given if one[0] == part.scope}
        permissions, resources = {one[1] for one in own}, {one[2] for one in own}
        regular |= {(part.scope, permission, resource) for permission in permissions for resource in resources}
        found[part.permissions] = sorted(permissions)
        if part.resources is not None:
            found[part.resources] = sorted(resources)
    odd = {f"{name} on {resource}" for kind, name, resource in given if not kind}
    missing = {f"no {name} on {resource}" for _, name, resource in regular - set(given)}
    return {**found, "other_rights": sorted(odd | missing)}


def texts(given: Plain) -> Sequence[str]:
    """Return the texts of a list."""
    if not isinstance(given, Sequence) or isinstance(given, str):
        return []
    return [one for one in given if isinstance(one, str)]


def _keys(part: _Part, inputs: Properties, names: Names) -> Sequence[str]:
    account = str(inputs["account_id"])
    if part.resources is None:
        return [f"{ACCOUNT}.{account}"]
    wanted = texts(inputs.get(part.resources))
    if part.scope == ZONE:
        return [f"{ZONE}.{zone}" for zone in names.zone_ids(account, wanted)]
    return [f"{BUCKET}.{account}_{JURISDICTION}_{bucket}" for bucket in sorted(wanted)]


def _rights(account: str, told: Json, names: Names) -> Iterator[tuple[str, str, str]]:
    """Yield (kind, permission, resource), the kind empty for what no input can say."""
    for policy in _objects(told):
        resources = policy.get("resources")
        for key, value in (resources if isinstance(resources, Mapping) else {}).items():
            kind, resource = _resource(account, key, value, names)
            for group in _objects(policy.get("permission_groups")):
                identity = str(group.get("id"))
                name = names.permission_names(account, kind).get(identity) if kind else None
                if policy.get("effect") == "allow" and name is not None:
                    yield kind, name, resource
                else:
                    yield "", f"{policy.get('effect')} {group.get('name') or identity}", key


def _resource(account: str, key: str, value: Json, names: Names) -> tuple[str, str]:
    """Return kind and name of a resource; the kind is empty when no input can name it."""
    bucket, zone = f"{BUCKET}.{account}_{JURISDICTION}_", f"{ZONE}."
    if value != "*":
        return "", key
    if key == f"{ACCOUNT}.{account}":
        return ACCOUNT, account
    if key.startswith(bucket):
        return BUCKET, key.removeprefix(bucket)
    name = names.zone_names(account).get(key.removeprefix(zone)) if key.startswith(zone) else None
    return ("", key) if name is None else (ZONE, name)


def _objects(told: Json) -> Iterator[Object]:
    if isinstance(told, Sequence) and not isinstance(told, str):
        yield from (one for one in told if isinstance(one, Mapping))
