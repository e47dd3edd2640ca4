"""The plain runs: preview, first run, second run."""

from rehearsal.access import read_access, read_memberships
from rehearsal.lab import EDITOR, Lab, changes, expect, expect_success


def check_preview(lab: Lab) -> None:
    """Prove that a preview of the empty lab plans to create, nothing else, and makes nothing."""
    document = lab.stack.run("preview")
    expect_success(document)
    others = [line for line in changes(document) if not line.startswith("create ")]
    expect(not others, "expected a preview that only creates, found:\n" + "\n".join(others))
    expect(changes(document), "expected a preview that creates, found no step")
    for app in lab.settings.apps:
        expect(
            read_access(lab.server, app.database) is None,
            f"expected a preview to make nothing, found the database {app.database}",
        )


def check_first_run(lab: Lab) -> None:
    """Make everything, and keep what the rights are then."""
    document = lab.stack.run("up")
    lab.runs["first"] = document
    expect_success(document)
    expect(document.counts.get("create"), "expected the first run to create, found no step")
    lab.access = {app.database: read_access(lab.server, app.database) for app in lab.settings.apps}
    lab.memberships = read_memberships(lab.server, EDITOR)
    missing = [database for database, access in lab.access.items() if access is None]
    expect(not missing, f"expected a database per application, {', '.join(missing)} missing")


def check_second_run(lab: Lab) -> None:
    """Prove that the second run changes nothing."""
    document = lab.stack.run("up")
    lab.runs["second"] = document
    expect_success(document)
    found = changes(document)
    expect(not found, "expected the second run to change nothing, found:\n" + "\n".join(found))
