"""A change of `credentials_editor` by hand is shown and repaired, and costs it no membership."""

from psycopg import sql

from rehearsal.access import read_memberships
from rehearsal.checks.canary import as_editor
from rehearsal.lab import EDITOR, Lab, changes, expect, expect_success

KIND = "factory:postgres:LoginRole"


def check_editor(lab: Lab) -> None:
    """Change its password and take a right from it; one run puts back both, and its memberships stay."""
    with lab.server.connect() as connection:
        connection.execute(sql.SQL("ALTER ROLE {} NOCREATEROLE PASSWORD 'theirs'").format(sql.Identifier(EDITOR)))
    shown = lab.stack.run("preview", refresh=True)
    expect_success(shown)
    paths = {path for step in shown.steps if step.type == KIND and step.op == "update" for path in step.diff}
    expect(
        {"attributes", "password"} <= paths,
        f"expected `preview --refresh` to show attributes and password of {EDITOR}, found:\n"
        + ("\n".join(changes(shown)) or "no change"),
    )

    expect_success(lab.stack.run("up", refresh=True))

    members = read_memberships(lab.server, EDITOR)
    expect(members == lab.memberships, f"expected {EDITOR} a member of {lab.memberships}, found {members}")
    with as_editor(lab) as connection:
        row = connection.execute("SELECT rolcreaterole FROM pg_roles WHERE rolname = current_user").fetchone()
    expect(row == (True,), f"expected {EDITOR} to make roles again, found {row}")
