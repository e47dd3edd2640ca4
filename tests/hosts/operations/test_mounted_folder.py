"""A folder on a disk that is there, on this machine."""

import os
import shutil
import stat
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyinfra.api.exceptions import OperationValueError, PyinfraError

from hosts.operations.mounted_folder import mounted_folder
from tests.hosts.on_this_machine import Outcome, on_this_machine

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives folders away")

MOUNT = Path("/dev/shm")  # noqa: S108 - a mount that every Linux machine has
OWNER = 64242


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a name on the mount that nobody uses."""
    path = MOUNT / f"factory-{uuid.uuid4().hex}" / "data"
    yield path
    shutil.rmtree(path.parent, ignore_errors=True)


def make(path: Path, *, mount: Path = MOUNT, owner: int | None = OWNER, apply: bool = True) -> Outcome:
    """Make the folder on this machine."""
    return on_this_machine(
        lambda: mounted_folder(name="Make", path=str(path), mount=str(mount), mode="700", owner=owner), apply=apply
    )


def test_folder_is_made_once(folder: Path) -> None:
    """It gets mode and owner, also when somebody changed them; the second run has nothing to do."""
    assert make(folder).pending == ("Make",)
    found = folder.stat()
    assert (stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid) == (0o700, OWNER, OWNER)
    assert make(folder, apply=False).pending == ()
    os.chown(folder, 0, 0)
    assert make(folder).pending == ("Make",)
    assert folder.stat().st_uid == OWNER


def test_owner_may_be_left_to_who_works_there(folder: Path) -> None:
    """Without a declared owner the one that is there stays, whoever it is."""
    make(folder)
    folder.chmod(0o755)

    make(folder, owner=None)

    assert (stat.S_IMODE(folder.stat().st_mode), folder.stat().st_uid) == (0o700, OWNER)
    assert make(folder, owner=None, apply=False).pending == ()


def test_nothing_is_made_without_the_disk(tmp_path: Path) -> None:
    """Where nothing is mounted the operation fails and leaves nothing behind."""
    with pytest.raises(PyinfraError):
        make(tmp_path / "data", mount=tmp_path)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", ["/srv/data", "/dev/shm", "/dev/shmother/data", "/dev/shm/../data"])  # noqa: S108 - names only
def test_place_must_be_on_the_disk(path: str) -> None:
    """A folder that is not below the mount is refused while preparing."""
    with pytest.raises(OperationValueError, match="expected a folder below"):
        make(Path(path), apply=False)
