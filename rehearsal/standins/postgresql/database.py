"""`postgresql:index/database:Database`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar

from psycopg import sql

from rehearsal.standins.plain import Plain, Properties
from rehearsal.standins.postgresql.sessions import Sessions
from rehearsal.standins.resource_kind import Property, ResourceKind

READ = """
SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype, spcname, datconnlimit,
       datallowconn, datistemplate
FROM pg_database JOIN pg_tablespace ON dattablespace = pg_tablespace.oid WHERE datname = %(name)s
"""
MEMBER = """
SELECT to_jsonb(pg_auth_members) FROM pg_auth_members
WHERE pg_get_userbyid(roleid) = %(role)s AND pg_get_userbyid(member) = %(member)s
"""


class Database(ResourceKind):
    """A database; moving what its old owner owns (`alterObjectOwnership`) is not stood in for."""

    token = "postgresql:index/database:Database"  # noqa: S105 - the name of a type
    properties: ClassVar[Mapping[str, Property]] = {
        "allowConnections": Property(type=bool, default=True),
        "connectionLimit": Property(type=int, default=-1, minimum=-1),
        "encoding": Property(type=str, computed=True, replaces=True),
        "isTemplate": Property(type=bool, computed=True),
        "lcCollate": Property(type=str, computed=True, replaces=True),
        "lcCtype": Property(type=str, computed=True, replaces=True),
        "name": Property(type=str, required=True),
        "owner": Property(type=str, computed=True),
        "tablespaceName": Property(type=str, computed=True),
        "template": Property(type=str, computed=True, replaces=True),
    }

    def __init__(self, sessions: Sessions) -> None:
        """Work over *sessions*."""
        self._sessions = sessions

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        """Create the database, one at a time on the whole server."""
        name, owner = str(inputs["name"]), str(inputs.get("owner") or self._sessions.user)
        options = [
            sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(owner)),
            sql.SQL("TEMPLATE {}").format(_word(inputs.get("template", "template0"), literal=False)),
            sql.SQL("ENCODING {}").format(_word(inputs.get("encoding", "UTF8"), literal=True)),
        ]
        if "lcCollate" in inputs:
            options.append(sql.SQL("LC_COLLATE {}").format(_word(inputs["lcCollate"], literal=True)))
        if "lcCtype" in inputs:
            options.append(sql.SQL("LC_CTYPE {}").format(_word(inputs["lcCtype"], literal=True)))
        if "tablespaceName" in inputs:
            options.append(sql.SQL("TABLESPACE {}").format(_word(inputs["tablespaceName"], literal=False)))
        options += [
            sql.SQL("ALLOW_CONNECTIONS {}").format(sql.Literal(inputs["allowConnections"])),
            sql.SQL("CONNECTION LIMIT {}").format(sql.Literal(inputs["connectionLimit"])),
            sql.SQL("IS_TEMPLATE {}").format(sql.Literal(bool(inputs.get("isTemplate")))),
        ]
        with self._member_of(owner if "owner" in inputs else ""):
            self._sessions.run(sql.SQL(" ").join(options))
        return name, self._state(name, inputs)

    def read(self, identity: str, state: Properties) -> tuple[str, Properties] | None:
        """Read the database; its template is known only from the record."""
        if self._sessions.row("SELECT 1 FROM pg_database WHERE datname = %(name)s", {"name": identity}) is None:
            return None
        return identity, self._state(identity, state)

    def update(self, identity: str, *, old: Properties, new: Properties) -> Properties:
        """Change what differs, one statement each."""
        name = str(new["name"])
        if name != identity:
            self._alter(identity, "RENAME TO {}", sql.Identifier(name))
        if new.get("owner") != old.get("owner"):
            owner = str(new["owner"])
            with self._member_of(owner):
                self._alter(name, "OWNER TO {}", sql.Identifier(owner))
        if new.get("tablespaceName") != old.get("tablespaceName"):
            self._alter(name, "SET TABLESPACE {}", _word(new["tablespaceName"], literal=False))
        for key, clause in (
            ("connectionLimit", "CONNECTION LIMIT = {}"),
            ("allowConnections", "ALLOW_CONNECTIONS {}"),
            ("isTemplate", "IS_TEMPLATE {}"),
        ):
            if new.get(key) != old.get(key):
                self._alter(name, clause, sql.Literal(new[key]))
        return self._state(name, new)

    def delete(self, identity: str, state: Properties) -> None:
        """Disconnect everybody and drop the database."""
        with self._member_of(str(state.get("owner") or "")):
            if state.get("isTemplate"):
                self._alter(identity, "IS_TEMPLATE {}", sql.Literal(False))  # noqa: FBT003 - a value in a statement
            self._alter(identity, "ALLOW_CONNECTIONS {}", sql.Literal(False))  # noqa: FBT003 - a value in a statement
            self._sessions.run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(identity)))

    def _state(self, name: str, known: Properties) -> Properties:
        row = self._sessions.row(READ, {"name": name})
        if row is None:
            raise LookupError(f"expected the database {name}, found none")
        owner, encoding, collate, ctype, tablespace, limit, allow, template = row
        return {
            "name": name,
            "owner": owner,
            "encoding": encoding,
            "lcCollate": collate,
            "lcCtype": ctype,
            "tablespaceName": tablespace,
            "connectionLimit": limit,
            "allowConnections": allow,
            "isTemplate": template,
            "template": known.get("template") or "template0",
        }

    @contextmanager
    def _member_of(self, role: str) -> Iterator[None]:
        """Make the provider's user a member of *role* for a moment, as the official one does even for a superuser."""
        user = self._sessions.user
        if not role or role == user:
            yield
            return
        with self._sessions.exclusive(user):
            names = sql.Identifier(role), sql.Identifier(user)
            held = self._sessions.rows(MEMBER, {"role": role, "member": user})
            # The option exists from PostgreSQL 16 on; before, every member may change to the role.
            member = any(row[0].get("set_option", True) for row in held)
            if not member:
                self._sessions.run(sql.SQL("GRANT {} TO {}").format(*names))
            try:
                yield
            finally:
                if not member:
                    self._sessions.run(sql.SQL("REVOKE {} FROM {}").format(*names))

    def _alter(self, name: str, clause: str, value: sql.Composable) -> None:
        statement = sql.SQL("ALTER DATABASE {} " + clause)
        self._sessions.run(statement.format(sql.Identifier(name), value))


def _word(value: Plain, *, literal: bool) -> sql.Composable:
    if str(value).upper() == "DEFAULT":
        return sql.SQL("DEFAULT")
    return sql.Literal(value) if literal else sql.Identifier(str(value))
