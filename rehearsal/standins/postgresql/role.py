"""`postgresql:index/role:Role`."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import ClassVar

from psycopg import sql

from rehearsal.standins.plain import Plain, Properties
from rehearsal.standins.postgresql.sessions import Sessions
from rehearsal.standins.resource_kind import Property, ResourceKind

FLAGS = {
    "superuser": ("rolsuper", "SUPERUSER"),
    "createDatabase": ("rolcreatedb", "CREATEDB"),
    "createRole": ("rolcreaterole", "CREATEROLE"),
    "inherit": ("rolinherit", "INHERIT"),
    "login": ("rolcanlogin", "LOGIN"),
    "bypassRowLevelSecurity": ("rolbypassrls", "BYPASSRLS"),
    "replication": ("rolreplication", "REPLICATION"),
}
TIMEOUTS = {
    "statementTimeout": "statement_timeout",
    "idleInTransactionSessionTimeout": "idle_in_transaction_session_timeout",
}
READ = f"""
SELECT rolname, rolconnlimit, coalesce(rolvaliduntil::text, 'infinity'), coalesce(rolconfig, '{{}}'),
       array(SELECT pg_get_userbyid(roleid)::text FROM pg_auth_members WHERE member = pg_roles.oid),
       {", ".join(column for column, _ in FLAGS.values())}
FROM pg_roles WHERE rolname = %(name)s
"""  # noqa: S608 - the columns are the constants above


class Role(ResourceKind):
    """A role; `roles` is what it is a member of, whoever granted it."""

    token = "postgresql:index/role:Role"  # noqa: S105 - the name of a type
    properties: ClassVar[Mapping[str, Property]] = {
        "assumeRole": Property(type=str),
        "bypassRowLevelSecurity": Property(type=bool, default=False),
        "connectionLimit": Property(type=int, default=-1, minimum=-1),
        "createDatabase": Property(type=bool, default=False),
        "createRole": Property(type=bool, default=False),
        "encryptedPassword": Property(type=bool, default=True),
        "idleInTransactionSessionTimeout": Property(type=int, minimum=0),
        "inherit": Property(type=bool, default=True),
        "login": Property(type=bool, default=False),
        "name": Property(type=str, required=True),
        "password": Property(type=str, secret=True),
        "replication": Property(type=bool, default=False),
        "roles": Property(type=list, unordered=True),
        "searchPaths": Property(type=list),
        "skipDropRole": Property(type=bool, default=False),
        "skipReassignOwned": Property(type=bool, default=False),
        "statementTimeout": Property(type=int, minimum=0),
        "superuser": Property(type=bool, default=False),
        "validUntil": Property(type=str, default="infinity"),
    }

    def __init__(self, sessions: Sessions) -> None:
        """Work over *sessions*."""
        self._sessions = sessions

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        """Create the role with all its attributes in one transaction."""
        name = str(inputs["name"])
        with self._sessions.transaction():
            self._run("CREATE ROLE {} WITH {}", sql.Identifier(name), sql.SQL(" ").join(_options(inputs)))
            self._grant(name, inputs.get("roles"))
            self._configure(name, old={}, new=inputs)
        return name, self._state(name, inputs)

    def read(self, identity: str, state: Properties) -> tuple[str, Properties] | None:
        """Read the role; what the server does not tell stays as recorded."""
        if self._sessions.row("SELECT 1 FROM pg_roles WHERE rolname = %(name)s", {"name": identity}) is None:
            return None
        return identity, self._state(identity, state)

    def update(self, identity: str, *, old: Properties, new: Properties) -> Properties:
        """Change what differs, and, as the official one does, take all memberships and grant those of `roles` again."""
        name = str(new["name"])
        with self._sessions.transaction():
            self._sessions.lock_role(identity)
            if name != identity:
                self._run("ALTER ROLE {} RENAME TO {}", sql.Identifier(identity), sql.Identifier(name))
            if new.get("password") and (new["password"] != old.get("password") or name != identity):
                self._run("ALTER ROLE {} PASSWORD {}", sql.Identifier(name), sql.Literal(new["password"]))
            changed = {key: value for key, value in new.items() if value != old.get(key)}
            for option in _options(
                {key: value for key, value in changed.items() if key != "password"}, all_flags=False
            ):
                self._run("ALTER ROLE {} WITH {}", sql.Identifier(name), option)
            for (held,) in self._sessions.rows(
                "SELECT pg_get_userbyid(roleid) FROM pg_auth_members JOIN pg_roles ON member = pg_roles.oid"
                " WHERE rolname = %(name)s",
                {"name": name},
            ):
                self._run("REVOKE {} FROM {}", sql.Identifier(held), sql.Identifier(name))
            self._grant(name, new.get("roles"))
            self._configure(name, old=old, new=new)
        return self._state(name, new)

    def delete(self, identity: str, state: Properties) -> None:
        """Hand what the role owns in the maintenance database to the provider's user and drop the role."""
        role = sql.Identifier(identity)
        with self._sessions.transaction():
            self._sessions.lock_role(identity)
            if not state.get("skipReassignOwned"):
                self._run("REASSIGN OWNED BY {} TO {}", role, sql.Identifier(self._sessions.user))
                self._run("DROP OWNED BY {}", role)
            if not state.get("skipDropRole"):
                self._run("DROP ROLE {}", role)

    def _state(self, name: str, known: Properties) -> Properties:
        row = self._sessions.row(READ, {"name": name})
        if row is None:
            raise LookupError(f"expected the role {name}, found none")
        _, limit, valid_until, settings, roles, *flags = row
        return {
            **{key: bool(value) for key, value in zip(FLAGS, flags, strict=True)},
            **{key: int(_setting(settings, setting) or 0) for key, setting in TIMEOUTS.items()},
            "name": name,
            "connectionLimit": limit,
            "validUntil": valid_until,
            "roles": list(roles),
            "searchPaths": _search_path(settings),
            "assumeRole": _setting(settings, "role"),
            "encryptedPassword": True,
            "skipDropRole": known.get("skipDropRole", False),
            "skipReassignOwned": known.get("skipReassignOwned", False),
            "password": self._password(name, known.get("password"), login=bool(flags[list(FLAGS).index("login")])),
        }

    def _password(self, name: str, known: Plain, *, login: bool) -> Plain:
        """Return the recorded password unless the server's is surely another; a SCRAM one cannot be compared."""
        if not known or not login:
            return known
        row = self._sessions.row("SELECT coalesce(passwd, '') FROM pg_shadow WHERE usename = %(name)s", {"name": name})
        stored = str(row[0]) if row else ""
        if stored.startswith("SCRAM-SHA-256"):
            return known
        md5 = hashlib.md5(f"{known}{name}".encode(), usedforsecurity=False).hexdigest()
        return known if stored == f"md5{md5}" else stored

    def _grant(self, name: str, roles: Plain) -> None:
        for role in roles if isinstance(roles, list) else []:
            self._run("GRANT {} TO {}", sql.Identifier(str(role)), sql.Identifier(name))

    def _configure(self, name: str, *, old: Properties, new: Properties) -> None:
        role = sql.Identifier(name)
        paths = new.get("searchPaths")
        listed: list[sql.Composable] = [sql.Identifier(str(path)) for path in paths] if isinstance(paths, list) else []
        self._run("ALTER ROLE {} SET search_path TO {}", role, sql.SQL(", ").join(listed or [sql.SQL("DEFAULT")]))
        for key, setting in TIMEOUTS.items():
            if new.get(key) != old.get(key):
                self._set(role, setting, sql.Literal(new[key]) if new.get(key) else None)
        if new.get("assumeRole") != old.get("assumeRole"):
            self._set(role, "role", sql.Identifier(str(new["assumeRole"])) if new.get("assumeRole") else None)

    def _set(self, role: sql.Identifier, setting: str, value: sql.Composable | None) -> None:
        if value is None:
            self._run("ALTER ROLE {} RESET {}", role, sql.SQL(setting))
        else:
            self._run("ALTER ROLE {} SET {} TO {}", role, sql.SQL(setting), value)

    def _run(self, template: str, *parts: sql.Composable) -> None:
        self._sessions.run(sql.SQL(template).format(*parts))


def _options(inputs: Properties, *, all_flags: bool = True) -> list[sql.Composable]:
    options: list[sql.Composable] = []
    password = inputs.get("password")
    if password:
        words = sql.SQL("ENCRYPTED PASSWORD {}" if inputs.get("encryptedPassword") else "UNENCRYPTED PASSWORD {}")
        none = str(password).upper() == "NULL"
        options.append(sql.SQL("PASSWORD NULL") if none else words.format(sql.Literal(password)))
    if inputs.get("validUntil"):
        options.append(sql.SQL("VALID UNTIL {}").format(sql.Literal(inputs["validUntil"])))
    if "connectionLimit" in inputs:
        options.append(sql.SQL("CONNECTION LIMIT {}").format(sql.Literal(inputs["connectionLimit"])))
    for key, (_, word) in FLAGS.items():
        if all_flags or key in inputs:
            options.append(sql.SQL(word if inputs.get(key) else f"NO{word}"))
    return options


def _setting(settings: Sequence[str], name: str) -> str | None:
    found = [line.partition("=")[2] for line in settings if line.startswith(f"{name}=")]
    return found[0] if found else None


def _search_path(settings: Sequence[str]) -> list[Plain] | None:
    text = _setting(settings, "search_path")
    return None if text is None else [part.strip('"') for part in text.split(", ")]
