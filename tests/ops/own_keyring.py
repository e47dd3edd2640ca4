"""A keyring of a test's own."""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def own_keyring() -> Iterator[Path]:
    """Give an empty folder for `gpg --homedir`, which goes at the end with its agent."""
    program = shutil.which("gpgconf")
    assert program is not None, "expected the program gpgconf: it comes with gpg"
    # A socket's name must be short, and pytest's folders are not.
    home = Path(tempfile.mkdtemp(prefix="factory-gpg-", dir="/tmp"))
    try:
        yield home
    finally:
        subprocess.run([program, "--homedir", str(home), "--kill", "all"], check=True)
        # The agent takes its sockets away while it ends, so what is listed may be gone already.
        shutil.rmtree(home, ignore_errors=True)
