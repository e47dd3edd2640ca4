"""The placed file, on the disk of this machine."""

import getpass
import grp
import os
import stat
from pathlib import Path

import pytest
from pyinfra.api.exceptions import OperationError, OperationValueError

from hosts.operations.placed_file import placed_file
from tests.hosts.on_this_machine import Outcome, on_this_machine

USER = getpass.getuser()
GROUP = grp.getgrgid(os.getgid()).gr_name


def place(path: Path, text: str, *, mode: str = "644", secret: bool = False, apply: bool = True) -> Outcome:
    """Place a file on this machine."""
    return on_this_machine(
        lambda: placed_file(
            name=f"Place {path.name}", text=text, dest=str(path), mode=mode, user=USER, group=GROUP, secret=secret
        ),
        apply=apply,
    )


def mode_of(path: Path) -> int:
    """Return the permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


def test_new_file_is_written_once(tmp_path: Path) -> None:
    """A file that is not there is written with its folder and mode; the second run has nothing to do."""
    path = tmp_path / "new folder" / "it's $HOME"
    first = place(path, "no newline at the end: é", mode="640")
    assert (first.pending, path.read_text(), mode_of(path)) == (
        ("Place it's $HOME",),
        "no newline at the end: é",
        0o640,
    )
    assert place(path, "no newline at the end: é", mode="640").pending == ()
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_empty_file_is_a_file(tmp_path: Path) -> None:
    """Nothing to write is no reason to leave the file out."""
    path = tmp_path / "empty"
    place(path, "")
    assert path.read_bytes() == b""
    assert place(path, "").pending == ()


def test_asking_writes_nothing(tmp_path: Path) -> None:
    """Preparing names the operation and shows the difference, and leaves the disk alone."""
    path = tmp_path / "motd"
    path.write_text("one\ntwo\nthree\n")
    asked = place(path, "one\n2\nthree\n", apply=False)
    assert asked.differences == {str(path): f"--- {path}\n+++ {path}\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three"}
    assert path.read_text() == "one\ntwo\nthree\n"


def test_secret_is_not_shown(tmp_path: Path) -> None:
    """Of a secret's file only the fact that it changes is told, whatever it held."""
    path = tmp_path / "password"
    path.write_text("old-word")
    asked = place(path, "new-word", mode="600", secret=True)
    assert asked.differences == {str(path): f"{path}: changed, content not shown"}
    assert (path.read_text(), mode_of(path)) == ("new-word", 0o600)


def test_only_the_mode_differs(tmp_path: Path) -> None:
    """A wrong mode alone is told as such and set right."""
    path = tmp_path / "motd"
    path.write_text("text")
    path.chmod(0o666)
    asked = place(path, "text", mode="0600")
    assert asked.differences == {str(path): f"{path}: {USER}:{GROUP} 666 → {USER}:{GROUP} 0600"}
    assert mode_of(path) == 0o600
    assert place(path, "text", mode="0600").pending == ()


@pytest.mark.parametrize("content", [b"a\0b", b"\xff\xfe", b"x" * 70_000], ids=["null byte", "no text", "large"])
def test_what_is_no_short_text_is_told_by_digest(tmp_path: Path, content: bytes) -> None:
    """Binary and large files are told by size and digest."""
    path = tmp_path / "blob"
    path.write_bytes(content)
    (told,) = place(path, "text", apply=False).differences.values()
    assert told.startswith(f"{path}: {len(content)} bytes, sha256 ")
    assert told.endswith(" → 4 bytes, sha256 982d9e3eb996f559")


def test_symbolic_link_is_replaced(tmp_path: Path) -> None:
    """A link at the path becomes the file; what it pointed to stays."""
    target, path = tmp_path / "target", tmp_path / "link"
    target.write_text("mine")
    path.symlink_to(target)
    place(path, "text")
    assert (path.is_symlink(), path.read_text(), target.read_text()) == (False, "text", "mine")


def test_folder_is_refused(tmp_path: Path) -> None:
    """A folder in the place of the file stops the run."""
    with pytest.raises(OperationError, match="expected a file or nothing, found a directory"):
        place(tmp_path, "text")


@pytest.mark.parametrize(
    ("dest", "mode", "secret", "message"),
    [
        ("etc/motd", "644", False, "expected an absolute path"),
        ("/etc/", "644", False, "expected an absolute path"),
        ("/etc/motd", "rw", False, "expected octal digits"),
        ("/etc/motd", "604", True, "a secret is not for others"),
    ],
)
def test_what_cannot_be_is_refused(dest: str, mode: str, secret: bool, message: str) -> None:  # noqa: FBT001 - a case
    """A relative path, a mode that is none and a readable secret are refused before anything is asked."""
    with pytest.raises(OperationValueError, match=message):
        on_this_machine(lambda: placed_file(name="Place it", text="", dest=dest, mode=mode, secret=secret), apply=False)
