"""The requirement files follow pyproject.toml."""

from pathlib import Path

from ops.checks.lock_in_step import lock_in_step

AGAIN = "run `./factory lock`"


def replace(path: Path, old: str, new: str) -> None:
    """Change one text in a file."""
    path.write_text(path.read_text().replace(old, new))


def test_files_just_made_pass(project: Path) -> None:
    """Files that come from the tables have no finding."""
    assert lock_in_step(project) == []


def test_comment_changes_nothing(project: Path) -> None:
    """Only the tables count, not how they are written."""
    replace(project / "pyproject.toml", "dependencies = [", "# a reason\ndependencies = [ ")

    assert lock_in_step(project) == []


def test_changed_version_is_found(project: Path) -> None:
    """A version changed in pyproject.toml alone is named with both versions."""
    replace(project / "pyproject.toml", "rich==15.0.0", "rich==15.0.1")

    assert lock_in_step(project) == [
        f"requirements.txt: pyproject.toml changed since it was made: {AGAIN}",
        f"requirements.txt: expected rich 15.0.1, found 15.0.0: {AGAIN}",
        f"requirements-dev.txt: pyproject.toml changed since it was made: {AGAIN}",
    ]


def test_hash_changed_by_hand_is_found(project: Path) -> None:
    """An edited hash is found although all versions fit."""
    replace(project / "requirements.txt", "--hash=x", "--hash=y")

    assert lock_in_step(project) == [f"requirements.txt: it was changed by hand: {AGAIN}"]


def test_open_version_is_refused(project: Path) -> None:
    """A dependency without an exact version is named."""
    replace(project / "pyproject.toml", "rich==15.0.0", "rich>=15")

    assert "pyproject.toml: expected an exact version such as `rich==15.0.0`, found `rich>=15`" in lock_in_step(project)


def test_missing_file_is_found(project: Path) -> None:
    """A requirement file that is not there is named."""
    (project / "requirements-dev.txt").unlink()

    assert lock_in_step(project) == [
        f"requirements-dev.txt: expected a file made by `./factory lock`, found none with its header: {AGAIN}",
    ]
