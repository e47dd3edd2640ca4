"""Each check, before something that was broken for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pytest

from rehearsal.bring_up import Wishes, bring_up
from rehearsal.check_list import CheckFailedError
from rehearsal.checks.canary import check_drop, check_expiry, check_minting, check_neighbours, check_use
from rehearsal.checks.destroy import check_destroy
from rehearsal.checks.drift import DriftRound
from rehearsal.checks.drift_items import CARELESS, DATABASE, FUNCTION, Drift
from rehearsal.checks.guard import check_guard
from rehearsal.checks.rights import check_memberships, check_rights
from rehearsal.checks.runs import check_first_run, check_preview, check_second_run
from rehearsal.checks.secrets_kept import check_secrets
from rehearsal.lab import Lab
from rehearsal.servers.own_folder import own_folder
from stacks.app import App
from tests.rehearsal.broken_program import copy_program, replace_once
from tests.rehearsal.production_double import production_double

pytestmark = pytest.mark.slow

FUNCTION_OF_CANARY = "FUNCTION public.user_lookup(text)"
# It remembers every hash that it ever gave out, and so lets in whoever was there once.
REMEMBERING = """
CREATE TABLE public.remembered (uname text PRIMARY KEY, phash text);
CREATE OR REPLACE FUNCTION public.user_lookup(i_username text, OUT uname text, OUT phash text)
RETURNS SETOF record LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  INSERT INTO public.remembered SELECT usename, passwd FROM pg_shadow WHERE usename = i_username
  ON CONFLICT DO NOTHING;
  RETURN QUERY SELECT r.uname, r.phash FROM public.remembered r WHERE r.uname = i_username;
END $$
"""


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """Bring a lab up, with the stack applied, for the breaks that can be undone."""
    with own_folder() as folder, bring_up(folder, Wishes(engine="embedded"), say=print) as running:
        check_first_run(running)
        check_use(running)
        yield running


@pytest.fixture
def fresh() -> Iterator[Lab]:
    """Bring a lab up, whose program can be edited and to which nothing was applied yet."""
    with own_folder() as folder:
        program = copy_program(folder / "program")
        with bring_up(folder, Wishes(engine="embedded", program=program), say=print) as running:
            yield running


@dataclass(frozen=True, kw_only=True)
class Break:
    """One thing that is broken in the database of the canary, and how it is mended."""

    check: Callable[[Lab], None]
    """The check that must fail."""
    breaking: str
    """SQL that breaks it."""
    mending: str
    """SQL that mends it; empty where the lookup function is put back."""
    message: str
    """What the check must say."""


BREAKS = {
    "PUBLIC may connect": Break(
        check=check_rights,
        breaking="GRANT CONNECT ON DATABASE canary TO PUBLIC",
        mending="REVOKE CONNECT ON DATABASE canary FROM PUBLIC",
        message="too many: database PUBLIC CONNECT; too few: none",
    ),
    "PUBLIC may create": Break(
        check=check_rights,
        breaking="GRANT CREATE ON SCHEMA public TO PUBLIC",
        mending="REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        message="too many: schema PUBLIC CREATE; too few: none",
    ),
    "everybody may read hashes": Break(
        check=check_rights,
        breaking=f"GRANT EXECUTE ON {FUNCTION_OF_CANARY} TO PUBLIC",
        mending=f"REVOKE EXECUTE ON {FUNCTION_OF_CANARY} FROM PUBLIC",
        message="too many: function PUBLIC EXECUTE; too few: none",
    ),
    "PgBouncer may not look up": Break(
        check=check_rights,
        breaking=f"REVOKE EXECUTE ON {FUNCTION_OF_CANARY} FROM pgbouncer_auth",
        mending=f"GRANT EXECUTE ON {FUNCTION_OF_CANARY} TO pgbouncer_auth",
        message="too many: none; too few: function pgbouncer_auth EXECUTE",
    ),
    "another owner": Break(
        check=check_rights,
        breaking="ALTER DATABASE canary OWNER TO erp_role",
        mending="ALTER DATABASE canary OWNER TO canary_role",
        message="expected canary to belong to canary_role, found erp_role",
    ),
    "no security definer": Break(
        check=check_rights,
        breaking=f"ALTER {FUNCTION_OF_CANARY} SECURITY INVOKER",
        mending=f"ALTER {FUNCTION_OF_CANARY} SECURITY DEFINER",
        message="expected user_lookup in canary to be security definer",
    ),
    "no search_path": Break(
        check=check_rights,
        breaking=CARELESS,
        mending="",
        message="expected user_lookup in canary to have a fixed search_path, found none",
    ),
    "a membership too few": Break(
        check=check_memberships,
        breaking="REVOKE erp_role FROM credentials_editor",
        mending="GRANT erp_role TO credentials_editor WITH ADMIN OPTION",
        message="expected credentials_editor to be a member of",
    ),
    "a membership too many": Break(
        check=check_memberships,
        breaking="GRANT pg_read_all_data TO credentials_editor",
        mending="REVOKE pg_read_all_data FROM credentials_editor",
        message="expected credentials_editor to be a member of",
    ),
    "an owner role may log in": Break(
        check=check_memberships,
        breaking="ALTER ROLE canary_role LOGIN",
        mending="ALTER ROLE canary_role NOLOGIN",
        message="expected owner roles that cannot log in, found otherwise: canary_role",
    ),
    "the editor is a superuser": Break(
        check=check_minting,
        breaking="ALTER ROLE credentials_editor SUPERUSER",
        mending="ALTER ROLE credentials_editor NOSUPERUSER",
        message="no such user",  # the lookup gives no superuser's hash, so it does not even get in
    ),
    "the editor may make no roles": Break(
        check=check_minting,
        breaking="ALTER ROLE credentials_editor NOCREATEROLE",
        mending="ALTER ROLE credentials_editor CREATEROLE",
        message="permission denied to create role",
    ),
    "the application may not create": Break(
        check=check_use,
        breaking="ALTER TABLE public.canary_note RENAME TO away; REVOKE CREATE ON SCHEMA public FROM pg_database_owner",
        mending="GRANT CREATE ON SCHEMA public TO pg_database_owner; ALTER TABLE public.away RENAME TO canary_note",
        message="permission denied for schema public",
    ),
    "the table belongs to another": Break(
        check=check_use,
        breaking="GRANT ALL ON public.canary_note TO canary_role; ALTER TABLE public.canary_note OWNER TO postgres;"
        " GRANT ALL ON public.canary_note TO canary_role",
        mending="ALTER TABLE public.canary_note OWNER TO canary_role",
        message="expected the table to belong to canary_role, found ('postgres',)",
    ),
    "a neighbour is open": Break(
        check=check_neighbours,
        breaking="GRANT CONNECT ON DATABASE crowdsec TO PUBLIC",
        mending="REVOKE CONNECT ON DATABASE crowdsec FROM PUBLIC",
        message="expected crowdsec to be closed to a role of canary, found it open",
    ),
    "the lookup ignores the expiry": Break(
        check=check_expiry,
        breaking=CARELESS,
        mending="",
        message="expected a role that is valid until now -1 minute to be refused, found it let in",
    ),
    "the lookup remembers": Break(
        check=check_drop,
        breaking=REMEMBERING,
        mending="DROP TABLE public.remembered",
        message="expected a dropped role to be refused, found",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_check_fails_when_its_object_is_broken(lab: Lab, name: str) -> None:
    """The check passes, fails with its sentence once something is broken, and passes again when that is mended."""
    broken = BREAKS[name]
    with lab.server.connect("canary") as connection:
        row = connection.execute("SELECT pg_get_functiondef('public.user_lookup(text)'::regprocedure)").fetchone()
        assert row is not None
        broken.check(lab)

        connection.execute(broken.breaking)
        try:
            with pytest.raises((CheckFailedError, psycopg.Error)) as failure:
                broken.check(lab)
        finally:
            connection.execute(row[0])
            if broken.mending:
                connection.execute(broken.mending)

    assert broken.message in str(failure.value)
    broken.check(lab)


def test_preview_of_a_lab_that_is_up_is_noticed(lab: Lab) -> None:
    """A preview that creates nothing fails the first check."""
    with pytest.raises(CheckFailedError, match="expected a preview that creates, found no step"):
        check_preview(lab)


def test_first_run_that_makes_nothing_is_noticed(lab: Lab) -> None:
    """A first run without a step fails."""
    with pytest.raises(CheckFailedError, match="expected the first run to create, found no step"):
        check_first_run(lab)


def test_secret_in_plain_text_is_noticed(lab: Lab) -> None:
    """A password in any file of the stack fails."""
    leak = lab.stack.folder / "leak"
    leak.write_text(f"the password is {lab.server.password}", encoding="utf-8")
    try:
        with pytest.raises(CheckFailedError, match="expected leak without the superuser's password, found it there"):
            check_secrets(lab)
    finally:
        leak.unlink()


def _overload(lab: Lab, app: App, other: App) -> None:
    del other
    with lab.server.connect(app.database) as connection:
        connection.execute("CREATE FUNCTION public.user_lookup(int) RETURNS int LANGUAGE sql AS 'SELECT 1'")


def _note(lab: Lab, app: App, other: App) -> None:
    del other
    with lab.server.connect() as connection:
        connection.execute(f"COMMENT ON DATABASE \"{app.database}\" IS 'changed by hand'")


def test_drift_that_nobody_shows_is_noticed(lab: Lab) -> None:
    """A change that no resource watches fails the check of its name."""
    unseen = DriftRound("test", [Drift(name="a comment", shown_by=DATABASE, change=_note)])
    checks = dict(unseen.checks())

    checks["drift, test: refresh goes on to the end"](lab)
    with pytest.raises(CheckFailedError, match=r"expected `refresh` to show a change of the .*Database of erp"):
        checks["drift: a comment"](lab)


def test_drift_that_stays_is_noticed(lab: Lab) -> None:
    """A change that is shown but not wholly repaired fails, because PostgreSQL itself is asked."""

    def change(lab: Lab, app: App, other: App) -> None:
        _overload(lab, app, other)
        with lab.server.connect(app.database) as connection:
            connection.execute(CARELESS)

    round_ = DriftRound("test", [Drift(name="two changes", shown_by=FUNCTION, change=change)])
    checks = dict(round_.checks())
    checks["drift, test: refresh goes on to the end"](lab)
    checks["drift, test: repaired by one run"](lab)
    try:
        with pytest.raises(CheckFailedError, match="expected erp repaired, found"):
            checks["drift: two changes"](lab)
    finally:
        with lab.server.connect("erp") as connection:
            connection.execute("DROP FUNCTION public.user_lookup(int)")


def test_second_run_that_changes_something_is_noticed(fresh: Lab) -> None:
    """A second run that creates fails."""
    with pytest.raises(CheckFailedError, match="expected the second run to change nothing, found:\ncreate "):
        check_second_run(fresh)


def test_failing_program_is_noticed(fresh: Lab) -> None:
    """A program that raises fails the preview, with its own words."""
    replace_once(fresh.program / "stacks/postgres.py", "    server = settings.server\n", "    raise KeyError('oh')\n")

    with pytest.raises(CheckFailedError, match=r"(?s)expected `preview` to succeed, it failed:.*oh"):
        check_preview(fresh)


def test_unprotected_data_are_noticed(fresh: Lab) -> None:
    """A destroy that goes through fails."""
    for file in sorted((fresh.program / "components").glob("*.py")):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("protect=True", "protect=False"), encoding="utf-8")
    check_first_run(fresh)
    check_use(fresh)

    with pytest.raises(CheckFailedError, match="expected destroy to be refused, found that it succeeded"):
        check_destroy(fresh)


def test_production_without_a_guard_is_noticed(fresh: Lab) -> None:
    """Production settings that are not refused fail."""
    refused = r"expected (a preview of production to be refused|the preview to say)"
    with (
        production_double(fresh.program, guarded=False) as double,
        pytest.raises(CheckFailedError, match=refused),
    ):
        check_guard(fresh)

    assert double.visitors == 0


def test_guarded_production_is_not_contacted(fresh: Lab) -> None:
    """Something listens at what the program takes for production: the check passes, and nobody came."""
    with production_double(fresh.program, guarded=True) as double:
        check_guard(fresh)

    assert double.visitors == 0
