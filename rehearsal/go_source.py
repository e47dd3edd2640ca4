"""The source of a Go module, where more of it is needed than its programs."""

import json
import shutil
import subprocess
from pathlib import Path

from rehearsal.go_module import TOOLS, BuildError


def go_source(tool: str, module: str) -> Path:
    """Return the folder of the module in the version that the folder `tool` under `rehearsal/tools` pins."""
    compiler = shutil.which("go")
    if compiler is None:
        raise BuildError("expected a Go compiler on PATH, found none: https://go.dev/doc/install")
    done = subprocess.run(
        [compiler, "mod", "download", "-json", module], cwd=TOOLS / tool, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BuildError(f"go mod download {module} ended with {done.returncode}: {done.stderr or done.stdout}")
    return Path(json.loads(done.stdout)["Dir"])
