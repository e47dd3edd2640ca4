"""The application `canary`, used end to end as production will use it."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import Connection, sql
from psycopg.rows import TupleRow

from rehearsal.lab import EDITOR, Lab, expect

TABLE = "canary_note"
NOTE = "written by a short-lived role"
EDITOR_PASSWORD = "credentials_editor_password"  # noqa: S105 - the name of a stack output
REFUSED = ("authentication failed", "no such user")


@dataclass(frozen=True, kw_only=True)
class ShortLived:
    """A login role as Vault makes one."""

    name: str
    """Drawn by lot."""
    password: str
    """Drawn by lot."""


def check_minting(lab: Lab) -> None:
    """Prove that `credentials_editor`, which is no superuser, makes a login role for the application."""
    with as_editor(lab) as editor:
        row = editor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        expect(row == (False,), f"expected {EDITOR} to be no superuser, found that it is")
    with _minted(lab) as role:
        with lab.server.connect() as connection:
            query = "SELECT rolcanlogin, rolvaliduntil > now(), pg_has_role(rolname, %s, 'SET')"
            if lab.server.version == "15":
                query = query.replace("'SET'", "'MEMBER'")
            row = connection.execute(
                query + " FROM pg_roles WHERE rolname = %s",
                [lab.canary.owner_role, role.name],
            ).fetchone()
        expect(row == (True, True, True), f"expected a login role of {lab.canary.owner_role} that expires, found {row}")


def check_use(lab: Lab) -> None:
    """Prove that the role logs in through PgBouncer and uses a table that the application role owns."""
    app = lab.canary
    with _minted(lab) as role, _login(lab, role, app.database) as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(app.owner_role)))
        connection.execute(f"CREATE TABLE IF NOT EXISTS public.{TABLE} (note text)")
        connection.execute(f"INSERT INTO public.{TABLE} VALUES (%s)", [NOTE])  # noqa: S608 - a constant
    expect_data(lab)
    with lab.server.connect(app.database) as connection:
        row = connection.execute("SELECT tableowner FROM pg_tables WHERE tablename = %s", [TABLE]).fetchone()
    expect(row == (app.owner_role,), f"expected the table to belong to {app.owner_role}, found {row}")


def expect_data(lab: Lab) -> None:
    """Fail the running check unless another short-lived role reads what the first one wrote."""
    with _minted(lab) as role, _login(lab, role, lab.canary.database) as connection:
        rows = connection.execute(f"SELECT DISTINCT note FROM public.{TABLE}").fetchall()  # noqa: S608 - a constant
    expect(rows == [(NOTE,)], f"expected the table to hold {NOTE!r}, found {rows}")


def check_neighbours(lab: Lab) -> None:
    """Prove that every other application's database is closed to the role, through PgBouncer and past it."""
    expect(lab.neighbours, "expected other applications in the settings, found none")
    with _minted(lab) as role:
        _login(lab, role, lab.canary.database).close()
        for app in lab.neighbours:
            reason = _refusal(lab, role, app.database)
            expect(
                reason is not None and "permission denied for database" in reason,
                f"expected {app.database} to be closed to a role of {lab.canary.instance}, found {reason or 'it open'}",
            )
            try:
                lab.server.connect(app.database, user=role.name, password=role.password).close()
            except psycopg.OperationalError as error:
                expect("permission denied for database" in str(error), f"expected a refusal, found: {error}")
            else:
                expect(condition=False, message=f"expected {app.database} to be closed past PgBouncer, found it open")


def check_expiry(lab: Lab) -> None:
    """Prove that PgBouncer refuses a role whose time is over, without a drop, and lets it in when prolonged."""
    with _minted(lab) as role:
        database = lab.canary.database
        _login(lab, role, database).close()
        for moment, open_ in (("-1 minute", False), ("1 hour", True)):
            _prolong(lab, role, moment)
            reason = _refusal(lab, role, database)
            expect(
                (reason is None) == open_ and (open_ or any(word in str(reason) for word in REFUSED)),
                f"expected a role that is valid until now {moment} to be {'let in' if open_ else 'refused'}, "
                f"found {reason or 'it let in'}",
            )


def check_drop(lab: Lab) -> None:
    """Prove that a dropped role can no longer log in through PgBouncer."""
    with _minted(lab) as role:
        _login(lab, role, lab.canary.database).close()
    reason = _refusal(lab, role, lab.canary.database)
    expect(
        reason is not None and any(word in reason for word in REFUSED),
        f"expected a dropped role to be refused, found {reason or 'it let in'}",
    )


@contextmanager
def as_editor(lab: Lab) -> Iterator[Connection[TupleRow]]:
    """Connect as `credentials_editor`, through PgBouncer, with the password that the stack made."""
    password = lab.stack.secret_output(EDITOR_PASSWORD)
    with lab.bouncer.connect(lab.canary.database, user=EDITOR, password=password) as connection:
        yield connection


@contextmanager
def _minted(lab: Lab) -> Iterator[ShortLived]:
    """Make a login role that expires, as Vault's database engine does, and drop it at the end."""
    role = ShortLived(name=f"v-{lab.canary.instance}-{secrets.token_hex(4)}", password=secrets.token_urlsafe(20))
    name, owner = sql.Identifier(role.name), sql.Identifier(lab.canary.owner_role)
    with as_editor(lab) as editor:
        editor.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} VALID UNTIL 'infinity'").format(name, role.password))
        editor.execute(sql.SQL("GRANT {} TO {}").format(owner, name))
    _prolong(lab, role, "1 hour")
    try:
        yield role
    finally:
        with as_editor(lab) as editor:
            editor.execute(sql.SQL("DROP ROLE {}").format(name))


def _prolong(lab: Lab, role: ShortLived, moment: str) -> None:
    with as_editor(lab) as editor:
        row = editor.execute("SELECT (now() + %s::interval)::text", [moment]).fetchone()
        until = row[0] if row else ""
        editor.execute(sql.SQL("ALTER ROLE {} VALID UNTIL {}").format(sql.Identifier(role.name), until))


def _login(lab: Lab, role: ShortLived, database: str) -> Connection[TupleRow]:
    return lab.bouncer.connect(database, user=role.name, password=role.password)


def _refusal(lab: Lab, role: ShortLived, database: str) -> str | None:
    """Return why *role* is not let in through PgBouncer, None when it is."""
    try:
        _login(lab, role, database).close()
    except psycopg.OperationalError as error:
        return str(error)
    return None
