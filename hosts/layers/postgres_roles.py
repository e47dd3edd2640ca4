"""Operation: roles of the PostgreSQL server on a host, each with its password and, where it has one, its database."""

import dataclasses
import re
from collections.abc import Generator, Iterator, Sequence

from pyinfra.api.command import StringCommand
from pyinfra.api.exceptions import OperationValueError
from pyinfra.api.operation import operation
from pyinfra.context import host, state

from hosts.differences import record_difference
from hosts.layers.postgres_facts import CONTAINER, SUPERUSER, FoundServer, PostgresServer

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_VERIFIER = re.compile(r"SCRAM-SHA-256\$[0-9]+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+")

_SUPERUSER = """
ALTER ROLE :"role" LOGIN PASSWORD :'verifier';
"""
_ROLE = """
SELECT format('CREATE ROLE %I', :'role') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \\gexec
ALTER ROLE :"role" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'verifier';
"""
_DATABASE = """
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'role')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \\gexec
ALTER DATABASE :"database" OWNER TO :"role";
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
"""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Role:
    """A role that may log in, and nothing else unless it is the superuser."""

    name: str
    verifier: str
    """What the server keeps of its password; see `scram_verifier`."""
    database: str | None = None
    """Database that it owns and that nobody else may connect to."""


@operation()
def postgres_roles(*, roles: Sequence[Role]) -> Generator[StringCommand, None, None]:
    """Make what is missing and correct what differs; nothing is ever dropped.

    The statements go to the server by standard input, over its local socket, and hold verifiers, no passwords.
    """
    for role in roles:
        names = [role.name] if role.database is None else [role.name, role.database]
        if not all(_NAME.fullmatch(name) for name in names) or not _VERIFIER.fullmatch(role.verifier):
            raise OperationValueError(f"roles: expected names like gitea and a SCRAM verifier, found {names}")
    asked = tuple(sorted({name for role in roles for name in (role.name, role.database) if name is not None}))
    found = host.get_fact(PostgresServer, names=asked)
    wrong = {role.name: [*role_faults(role, found=found)] for role in roles}
    if not any(wrong.values()):
        host.noop("the roles are as declared")
        return
    if not state.is_executing:
        for name, faults in wrong.items():
            if faults:
                record_difference(f"PostgreSQL role {name}", text="; ".join(faults))
    script = "".join(role_script(role) for role in roles if wrong[role.name])
    yield StringCommand(
        *("docker exec --interactive --user postgres", CONTAINER),
        "psql -Xq --no-align --tuples-only --set=ON_ERROR_STOP=1 --dbname=postgres",
        _stdin=script,
    )


def role_faults(role: Role, *, found: FoundServer | None) -> Iterator[str]:
    """Yield what is not as declared, without any secret."""
    if found is None:
        yield "no server answers"
        return
    known = found.roles.get(role.name)
    if known is None:
        yield "missing"
    else:
        if known.verifier != role.verifier:
            yield "another password"
        if not known.login:
            yield "may not log in"
        if role.name != SUPERUSER and (known.superuser or known.privileged):
            yield "may more than log in"
    if role.database is None:
        return
    database = found.databases.get(role.database)
    if database is None:
        yield f"database {role.database} missing"
        return
    if database.owner != role.name:
        yield f"database {role.database} belongs to {database.owner}"
    if database.open:
        yield f"database {role.database} is open to everybody"


def role_script(role: Role) -> str:
    """Return what psql is told to make the role as declared, whatever it is now."""
    values = {"role": role.name, "verifier": role.verifier, "database": role.database}
    known = [f"\\set {name} '{value}'" for name, value in values.items() if value is not None]
    rights = _SUPERUSER if role.name == SUPERUSER else _ROLE
    return "\n".join([*known, rights.strip(), *([] if role.database is None else [_DATABASE.strip()]), ""])
