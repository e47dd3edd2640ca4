"""Operation: a folder on a disk that is there."""

import re
from collections.abc import Generator

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import OperationValueError
from pyinfra.api.operation import operation
from pyinfra.context import host

from hosts.facts.folder_state import FolderState

_MAKE = """
set -eu
mount=$1 path=$2 mode=$3 owner=$4
mountpoint -q -- "$mount" || { echo "$mount: expected the data disk here, nothing is mounted" >&2; exit 1; }
mkdir -p -- "$path"
chown -- "$owner" "$path"
chmod -- "$mode" "$path"
"""


@operation()
def mounted_folder(
    *, path: str, mount: str, mode: str = "700", owner: int | None = None
) -> Generator[StringCommand, None, None]:
    """Make a folder on a mounted disk; without the disk it fails, and nothing is written where the disk belongs.

    + path: absolute, below `mount`
    + mount: where the disk is mounted
    + mode: octal digits
    + owner: number of user and group; None leaves them to who works there
    """
    if not path.startswith(f"{mount}/") or not mount.startswith("/") or ".." in path.split("/"):
        raise OperationValueError(f"path: expected a folder below {mount}, for example {mount}/postgres, found {path}")
    if not re.fullmatch(r"[0-7]{3,4}", mode):
        raise OperationValueError(f"mode: expected octal digits, for example 700, found {mode!r}")
    found = host.get_fact(FolderState, path=path, mount=mount)
    wanted = (mode, found.owner if owner is None else owner)
    if found.mounted and (found.mode, found.owner) == wanted:
        host.noop(f"{path} is there")
        return
    number = "0" if owner is None else str(owner)
    if owner is None and found.owner is not None:
        number = str(found.owner)
    yield StringCommand(
        *("sh -c", QuoteString(_MAKE), "folder", QuoteString(mount), QuoteString(path), mode),
        QuoteString(f"{number}:{number}"),
    )
