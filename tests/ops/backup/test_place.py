"""Where an archive is restored to."""

from pathlib import Path

import pytest

from ops.backup_evidence.place import PlaceError, free_place


def test_what_is_there_must_be_named_twice(tmp_path: Path) -> None:
    """A folder with something in it stays as it is, and is replaced whole when it is named twice."""
    into = tmp_path / "restored"
    into.mkdir()
    (into / "alive").write_text("data")
    with (
        pytest.raises(PlaceError, match=r"something is there. Expected an empty folder, or --overwrite"),
        free_place(into, overwrite=None),
    ):
        raise AssertionError
    with free_place(into, overwrite=into) as new:
        (new / "archive").write_text("older data")
        assert (into / "alive").exists()
    assert [each.name for each in into.iterdir()] == ["archive"]
    assert [each.name for each in tmp_path.iterdir()] == ["restored"]


def test_a_restore_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """Cut off in the middle, there is no half archive under the name that was asked for."""
    with pytest.raises(OSError, match="no space"):
        _fail_inside(tmp_path / "restored")
    assert [*tmp_path.iterdir()] == []


def _fail_inside(into: Path) -> None:
    with free_place(into, overwrite=None) as new:
        (new / "half").write_text("")
        raise OSError("no space")
