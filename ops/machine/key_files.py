"""Files of keys and passwords that nobody else may read."""

import stat
from collections.abc import Sequence
from pathlib import Path

from ops.host_layers.secrets_file import DEFAULT
from ops.machine.finding import Finding

VAULT = Path("~/.config/factory/vault/keys.json")
GOOGLE = Path("~/.config/gcloud/application_default_credentials.json")


def key_files(files: Sequence[Path] = (DEFAULT, VAULT, GOOGLE)) -> Finding:
    """Name each of *files* that others may read; one that is not there is no fault."""
    there = [file for each in files if (file := each.expanduser()).exists()]
    wrong = [file for file in there if stat.S_IMODE(file.stat().st_mode) & 0o077]
    if wrong:
        return Finding(
            name="key files",
            found=", ".join(f"{file} has mode {stat.S_IMODE(file.stat().st_mode):o}" for file in wrong),
            ok=False,
            fix=f"chmod 600 {' '.join(map(str, wrong))}",
        )
    return Finding(name="key files", found=f"{len(there)} with mode 600" if there else "none yet", ok=True)
