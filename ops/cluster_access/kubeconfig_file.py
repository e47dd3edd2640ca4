"""The operator's kubeconfig on disk."""

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ops.cluster_access.merged import RefusedKubeconfigError, merged


def kubeconfig_path(environment: Mapping[str, str]) -> Path:
    """Return the file that kubectl would write to: the first of KUBECONFIG, else the one in the home folder."""
    first = next((part for part in environment.get("KUBECONFIG", "").split(os.pathsep) if part), None)
    return Path(first or "~/.kube/config").expanduser()


def add_to_kubeconfig(path: Path, fetched: str, *, name: str, address: str) -> bool:
    """Merge *fetched* into *path*, whole or not at all, readable for its owner alone; tell whether that changed it.

    Raises:
        RefusedKubeconfigError: what stands there is no kubeconfig; it is left as it is.

    """
    # A link stays one: what it leads to is replaced.
    path = path.resolve()
    try:
        existing = path.read_text(encoding="utf-8") if path.exists() else None
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedKubeconfigError(f"{path}: cannot be read: {error}") from error
    try:
        text = merged(existing, fetched, name=name, address=address)
    except RefusedKubeconfigError as error:
        raise RefusedKubeconfigError(f"{path}: left as it is: {error}") from error
    if text == existing and path.stat().st_mode & 0o777 == 0o600:  # noqa: PLR2004 - a mode says what it is
        return False
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _replace(path, text)
    return True


def _replace(path: Path, text: str) -> None:
    # Made with mode 600, and beside the file, so that it can be moved onto it in one step.
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
