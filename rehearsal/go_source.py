"""The source of a Go module, where more of it is needed than its programs."""

import json
import subprocess
from pathlib import Path

from rehearsal.go_module import TOOLS, BuildError, found_compiler


def go_source(tool: str, module: str) -> Path:
    """Return the folder of the module in the version that the folder `tool` under `rehearsal/tools` pins."""
    done = subprocess.run(
        [found_compiler(), "mod", "download", "-json", module],
        cwd=TOOLS / tool,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BuildError(f"go mod download {module} ended with {done.returncode}: {done.stderr or done.stdout}")
    return Path(json.loads(done.stdout)["Dir"])
