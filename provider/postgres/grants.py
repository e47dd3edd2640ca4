"""Rights on PostgreSQL objects as plain values: kind of object → role → rights."""

import re
from collections.abc import Iterable, Iterator, Mapping

PUBLIC = "PUBLIC"
OWNER = "OWNER"
GRANT_OPTION = " WITH GRANT OPTION"
PRIVILEGES: Mapping[str, tuple[str, ...]] = {
    "database": ("CONNECT", "CREATE", "TEMPORARY"),
    "schema": ("CREATE", "USAGE"),
    "function": ("EXECUTE",),
}

Grants = Mapping[str, Mapping[str, tuple[str, ...]]]

_QUOTED = re.compile(r'^"((?:[^"]|"")*)"$')


def key_of_role(role: str | None) -> str:
    """Return how a role is written as a key; `None` is everybody. A real role called PUBLIC is written in quotes."""
    if role is None:
        return PUBLIC
    return f'"{role.replace(chr(34), chr(34) * 2)}"' if role == PUBLIC or role.startswith('"') else role


def role_of_key(key: str) -> str | None:
    """Return the role that *key* stands for; `None` is everybody."""
    if key == PUBLIC:
        return None
    quoted = _QUOTED.match(key)
    return quoted.group(1).replace('""', '"') if quoted else key


def grants_of(rights: Iterable[tuple[str, str, str]]) -> Grants:
    """Return (kind, key of role, right) triples as grants, each list of rights sorted, without repetition."""
    grants: dict[str, dict[str, set[str]]] = {kind: {} for kind in PRIVILEGES}
    for kind, key, right in rights:
        grants[kind].setdefault(key, set()).add(right)
    return {kind: {key: tuple(sorted(held[key])) for key in sorted(held)} for kind, held in grants.items()}


def owner_of(held: Mapping[str, tuple[str, ...]]) -> str:
    """Return the key of the role that owns the object on which *held* is held."""
    return next(key for key, rights in held.items() if OWNER in rights)


def grant_faults(grants: object) -> Iterator[tuple[str, str]]:
    """Yield (path, fault) for everything that keeps *grants* from being a complete list."""
    if not isinstance(grants, Mapping):
        yield "grants", f"expected a mapping of {', '.join(PRIVILEGES)}"
        return
    for kind in grants.keys() - PRIVILEGES.keys():
        yield "grants", f"unknown kind of object {kind!r}, expected {', '.join(PRIVILEGES)}"
    for kind, privileges in PRIVILEGES.items():
        yield from _kind_faults(f"grants.{kind}", grants.get(kind), privileges)


def _kind_faults(path: str, held: object, privileges: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if not isinstance(held, Mapping):
        yield path, "expected a mapping of roles to lists of rights"
        return
    allowed = {OWNER, *privileges, *(privilege + GRANT_OPTION for privilege in privileges)}
    for role, rights in held.items():
        if not (isinstance(rights, list | tuple) and rights and allowed.issuperset(rights)):
            yield path, f"role {role!r}: expected a list of rights out of {', '.join(sorted(allowed))}"
    owners = [role for role, rights in held.items() if isinstance(rights, list | tuple) and OWNER in rights]
    if len(owners) != 1 or PUBLIC in owners:
        yield path, f"expected exactly one role with the right {OWNER}, found {len(owners)}"
