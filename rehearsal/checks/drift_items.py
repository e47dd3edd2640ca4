"""Ways in which somebody changes the lab by hand, and which resource must show it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from psycopg import sql

from rehearsal.lab import EDITOR, Lab
from stacks.app import App

ROLE = "postgresql:index/role:Role"
DATABASE = "postgresql:index/database:Database"
MEMBERSHIP = "postgresql:index/grantRole:GrantRole"
FUNCTION = "factory:postgres:LookupFunction"
ACCESS = "factory:postgres:AccessList"

# The plainest lookup: no look at the expiry, no fixed search_path, names that a caller's search_path decides.
CARELESS = """
CREATE OR REPLACE FUNCTION public.user_lookup(i_username text, OUT uname text, OUT phash text)
RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER
AS 'SELECT usename::text, passwd FROM pg_shadow WHERE usename = i_username'
"""

Change = Callable[[Lab, App, App], None]


@dataclass(frozen=True, kw_only=True)
class Drift:
    """One change by hand."""

    name: str
    """What is done."""
    shown_by: str
    """Type of the resource that must show it."""
    change: Change
    """Does it to the application given, with another application at hand."""
    path: tuple[str, ...] = ()
    """Words that the changed property's path must hold; {other} and {looker} are filled in."""


def _in_database(*statements: str) -> Change:
    """Run *statements* in the application's database; {app}, {owner}, {other} and {looker} are filled in."""

    def change(lab: Lab, app: App, other: App) -> None:
        with lab.server.connect(app.database) as connection:
            for statement in statements:
                connection.execute(_filled(statement, lab, app, other))

    return change


def _outside(*statements: str) -> Change:
    """Run *statements* in the maintenance database."""

    def change(lab: Lab, app: App, other: App) -> None:
        with lab.server.connect() as connection:
            for statement in statements:
                connection.execute(_filled(statement, lab, app, other))

    return change


def _filled(statement: str, lab: Lab, app: App, other: App) -> sql.Composed:
    return sql.SQL(statement).format(
        app=sql.Identifier(app.database),
        owner=sql.Identifier(app.owner_role),
        other=sql.Identifier(other.owner_role),
        looker=sql.Identifier(lab.settings.pgbouncer_user),
        editor=sql.Identifier(EDITOR),
    )


RIGHTS: Sequence[Drift] = (
    Drift(
        name="a grant is revoked",
        shown_by=ACCESS,
        path=("function", "{looker}"),
        change=_in_database("REVOKE EXECUTE ON FUNCTION public.user_lookup(text) FROM {looker}"),
    ),
    Drift(
        name="PUBLIC gets a right on a database",
        shown_by=ACCESS,
        path=("database", "PUBLIC"),
        change=_in_database("GRANT CONNECT ON DATABASE {app} TO PUBLIC"),
    ),
    Drift(
        name="a role gets a right on a database",
        shown_by=ACCESS,
        path=("database", "{other}"),
        change=_in_database("GRANT CONNECT, TEMPORARY ON DATABASE {app} TO {other}"),
    ),
    Drift(
        name="PUBLIC gets a right on a schema",
        shown_by=ACCESS,
        path=("schema", "PUBLIC"),
        change=_in_database("GRANT CREATE ON SCHEMA public TO PUBLIC"),
    ),
    Drift(
        name="a role gets a right on a schema",
        shown_by=ACCESS,
        path=("schema", "{other}"),
        change=_in_database("GRANT CREATE ON SCHEMA public TO {other}"),
    ),
    Drift(
        name="PUBLIC gets a right on the lookup function",
        shown_by=ACCESS,
        path=("function", "PUBLIC"),
        change=_in_database("GRANT EXECUTE ON FUNCTION public.user_lookup(text) TO PUBLIC"),
    ),
    Drift(
        name="a role gets a right on the lookup function",
        shown_by=ACCESS,
        path=("function", "{other}"),
        change=_in_database("GRANT EXECUTE ON FUNCTION public.user_lookup(text) TO {other} WITH GRANT OPTION"),
    ),
)
"""Rights only: all of them show in the access list, each at its own place."""

OBJECTS: Sequence[Drift] = (
    Drift(name="the lookup function is replaced", shown_by=FUNCTION, change=_in_database(CARELESS)),
    Drift(
        name="the lookup function gets another owner",
        shown_by=FUNCTION,
        change=_in_database("ALTER FUNCTION public.user_lookup(text) OWNER TO {looker}"),
    ),
    Drift(
        name="the lookup function is dropped",
        shown_by=FUNCTION,
        change=_in_database("DROP FUNCTION public.user_lookup(text)"),
    ),
    Drift(
        name="a database gets another owner",
        shown_by=DATABASE,
        change=_outside("ALTER DATABASE {app} OWNER TO {other}"),
    ),
    Drift(name="a membership is taken", shown_by=MEMBERSHIP, change=_outside("REVOKE {owner} FROM {editor}")),
    Drift(
        name="a membership loses its admin option",
        shown_by=MEMBERSHIP,
        change=_outside("REVOKE ADMIN OPTION FOR {owner} FROM {editor}"),
    ),
    Drift(name="an owner role may log in", shown_by=ROLE, change=_outside("ALTER ROLE {owner} LOGIN")),
)
"""Objects of which one thing each is changed."""

DATABASES: Sequence[Drift] = (
    Drift(
        name="a database is dropped and made again",
        shown_by=FUNCTION,
        change=_outside("DROP DATABASE {app} WITH (FORCE)", "CREATE DATABASE {app} OWNER {owner}"),
    ),
    Drift(
        name="one database among many is missing",
        shown_by=DATABASE,
        change=_outside("DROP DATABASE {app} WITH (FORCE)"),
    ),
    Drift(
        name="a right too many beside a missing database",
        shown_by=ACCESS,
        path=("database", "PUBLIC"),
        change=_in_database("GRANT CONNECT ON DATABASE {app} TO PUBLIC"),
    ),
)
"""Whole databases, and a change elsewhere that must be seen all the same."""
