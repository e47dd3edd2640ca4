"""Whether this checkout is the main branch."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from ops.gate.refused_error import RefusedError

MAIN = "refs/heads/main"
REF_VARIABLE = "GITHUB_REF"


def require_main_branch(folder: Path, *, environment: Mapping[str, str] = os.environ) -> None:
    """Refuse to go on anywhere but on the main branch; in a workflow the forge says which one it is.

    Raises:
        RefusedError: it is another branch, a pull request, or none.

    """
    found = environment.get(REF_VARIABLE) or _checked_out(folder)
    if found != MAIN:
        raise RefusedError(
            f"expected the branch main, found {found or 'no branch'}: merge the pull request, its workflow applies it"
        )


def _checked_out(folder: Path) -> str:
    done = subprocess.run(
        ["/usr/bin/git", "-C", str(folder), "symbolic-ref", "HEAD"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()
