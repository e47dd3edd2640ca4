"""Secrets stay encrypted in everything the engine writes."""

from rehearsal.checks.canary import EDITOR_PASSWORD
from rehearsal.lab import Lab, expect
from rehearsal.secret_search import SecretSearch


def check_secrets(lab: Lab) -> None:
    """Prove that no password stands in the state, its history, its backups, a log or a stack file."""
    search = SecretSearch(
        {
            lab.stack.secret_output(EDITOR_PASSWORD): "the password of credentials_editor",
            lab.server.password: "the superuser's password",
        }
    )
    for file in sorted(path for path in lab.stack.folder.rglob("*") if path.is_file()):
        for name in search.found_in(file.read_bytes()):
            expect(condition=False, message=f"expected {file.name} without {name}, found it there")
