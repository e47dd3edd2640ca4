"""Destroy is refused."""

from rehearsal.access import read_access
from rehearsal.checks.canary import expect_data
from rehearsal.lab import Lab, expect


def check_destroy(lab: Lab) -> None:
    """Prove that the engine refuses to destroy what holds data, and that the data are still there."""
    document = lab.stack.run("destroy")
    said = "\n".join(each.message for each in document.diagnostics)
    expect(document.result == "failed", "expected destroy to be refused, found that it succeeded")
    expect("protect" in said, f"expected destroy to be refused because of protection, found:\n{said}")
    for database, before in lab.access.items():
        after = read_access(lab.server, database)
        expect(after == before, f"expected {database} as it was, found\n{after}\ninstead of\n{before}")
    expect_data(lab)
