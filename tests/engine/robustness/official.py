"""What the official CLI says of a state file."""

import shutil
import subprocess
from pathlib import Path

from tests.engine.robustness.place import PROJECT, STACK, Place

PRESENT = shutil.which("pulumi") is not None
"""Whether there is a `pulumi` on `PATH`."""


def export_fault(place: Place, *, state: bytes, folder: Path) -> str:
    """Let `pulumi stack export` load *state* in a backend of its own in *folder*; return what it says against it."""
    stacks = folder / ".pulumi" / "stacks" / PROJECT
    stacks.mkdir(parents=True)
    (folder / ".pulumi" / "meta.yaml").write_text("version: 1\n")
    (stacks / f"{STACK}.json").write_bytes(state)
    done = subprocess.run(
        ["pulumi", "stack", "export", "--stack", STACK, "--cwd", str(place.project)],  # noqa: S607  # from PATH on purpose
        env=place.environment(PULUMI_BACKEND_URL=folder.as_uri()),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr if done.returncode else ""
