"""Secrets stay encrypted in everything the engine writes."""

import base64

from rehearsal.checks.canary import EDITOR_PASSWORD
from rehearsal.lab import Lab, expect


def check_secrets(lab: Lab) -> None:
    """Prove that no password stands in the state, its history, its backups, a log or a stack file."""
    wanted = {
        "the password of credentials_editor": lab.stack.secret_output(EDITOR_PASSWORD),
        "the superuser's password": lab.server.password,
    }
    for file in sorted(path for path in lab.stack.folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        for name, value in wanted.items():
            plain = value.encode()
            # The encoding depends on where in a text the value begins: the middle is the same for none of the three.
            shifts = [base64.b64encode(b"\0" * shift + plain)[4:-4] for shift in range(3)]
            for form in (plain, *shifts):
                expect(form not in content, f"expected {file.name} without {name}, found it there")
