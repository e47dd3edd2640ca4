"""`./factory lock` writes what it resolved and nothing of where it came from."""

from pathlib import Path

import pytest

from ops.checks.lock_in_step import lock_in_step
from ops.lockfile.resolve import ResolveError, resolve
from tests.project.tiny_wheel import make_tiny_wheel

TABLES = """\
[project]
name = "small"
version = "1"
requires-python = ">=3.11"
dependencies = ["tiny==1.0"]
[dependency-groups]
dev = []
"""


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a project whose packages come from a folder."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    make_tiny_wheel(folder)
    monkeypatch.setenv("UV_FIND_LINKS", str(folder))
    monkeypatch.setenv("UV_NO_INDEX", "1")
    (tmp_path / "pyproject.toml").write_text(TABLES)
    return tmp_path


def test_lines_carry_version_and_hash_only(small: Path) -> None:
    """The file holds the pinned package with its hash; no index, no folder; the check agrees."""
    digest = make_tiny_wheel(small)[1]

    assert resolve(small, upgrade=False) == ["requirements.txt", "requirements-dev.txt"]

    text = (small / "requirements.txt").read_text()
    assert f"tiny==1.0 \\\n    --hash=sha256:{digest}\n" in text
    assert str(small) not in text
    assert lock_in_step(small) == []


def test_second_run_changes_nothing(small: Path) -> None:
    """Nothing is written when the tables are the same."""
    resolve(small, upgrade=False)

    assert resolve(small, upgrade=False) == []


def test_version_that_does_not_exist_leaves_the_file(small: Path) -> None:
    """What cannot be resolved is an error, and the file stays as it was."""
    resolve(small, upgrade=False)
    before = (small / "requirements.txt").read_text()
    (small / "pyproject.toml").write_text(TABLES.replace("1.0", "9.9"))

    with pytest.raises(ResolveError, match=r"tiny==9\.9"):
        resolve(small, upgrade=False)

    assert (small / "requirements.txt").read_text() == before
