"""`postgresql:index/grantRole:GrantRole`."""

from collections.abc import Mapping
from typing import ClassVar

from psycopg import sql

from rehearsal.standins.plain import Properties
from rehearsal.standins.postgresql.sessions import Sessions
from rehearsal.standins.resource_kind import Property, ResourceKind

READ = """
SELECT admin_option FROM pg_auth_members
WHERE pg_get_userbyid(member) = %(role)s AND pg_get_userbyid(roleid) = %(granted)s
"""


class GrantRole(ResourceKind):
    """A membership; every change makes a new one. Like the official one it cannot be imported."""

    token = "postgresql:index/grantRole:GrantRole"  # noqa: S105 - the name of a type
    named = False
    properties: ClassVar[Mapping[str, Property]] = {
        "grantRole": Property(type=str, required=True, replaces=True),
        "role": Property(type=str, required=True, replaces=True),
        "withAdminOption": Property(type=bool, default=False, replaces=True),
    }

    def __init__(self, sessions: Sessions) -> None:
        """Work over *sessions*."""
        self._sessions = sessions

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        """Take the membership and grant it anew, in one transaction."""
        grant = sql.SQL("GRANT {} TO {}").format(*_names(inputs))
        with self._sessions.transaction():
            self._revoke(inputs)
            self._sessions.run(grant + sql.SQL(" WITH ADMIN OPTION") if inputs["withAdminOption"] else grant)
        found = self.read("", inputs)
        if found is None:
            raise LookupError(f"expected {inputs['role']} to be a member of {inputs['grantRole']}, found it is not")
        return found

    def read(self, identity: str, state: Properties) -> tuple[str, Properties] | None:
        """Ask by the recorded names; the id alone is not enough, so an import finds nothing."""
        del identity
        role, granted = state.get("role"), state.get("grantRole")
        row = self._sessions.row(READ, {"role": role, "granted": granted})
        if row is None:
            return None
        admin = bool(row[0])
        now: Properties = {"role": role, "grantRole": granted, "withAdminOption": admin}
        return f"{role}_{granted}_{str(admin).lower()}", now

    def update(self, identity: str, *, old: Properties, new: Properties) -> Properties:
        """Fail: nothing of a membership is changed in place."""
        del old, new
        raise NotImplementedError(f"expected a replacement of {identity}, found an update")

    def delete(self, identity: str, state: Properties) -> None:
        """Take the membership, whoever granted it since."""
        del identity
        self._revoke(state)

    def _revoke(self, names: Properties) -> None:
        self._sessions.run(sql.SQL("REVOKE {} FROM {}").format(*_names(names)))


def _names(properties: Properties) -> tuple[sql.Identifier, sql.Identifier]:
    return sql.Identifier(str(properties["grantRole"])), sql.Identifier(str(properties["role"]))
