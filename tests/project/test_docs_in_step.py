"""A change of code without its page is found, in real checkouts."""

import subprocess
from pathlib import Path

import pytest

from ops.checks.docs_in_step import docs_in_step

LONG_AGO = "2000-01-01T00:00:00Z"
PAGE = "# Layer box: a box\n<!-- describes: hosts/layers/box*.py -->\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Give a checkout in which code and page came together."""
    _git(tmp_path, "init", "--quiet")
    _commit(tmp_path, "feat: a box", **{"hosts/layers/box.py": "1", "docs/layers/box.md": PAGE})
    return tmp_path


def _git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)  # noqa: S607 - the git of this machine


def _commit(folder: Path, message: str, **files: str) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    _git(folder, "add", ".")
    _git(folder, "commit", "--quiet", "--message", message)


def test_code_and_page_together(checkout: Path) -> None:
    """One commit with both is in step, and so is a change of something else."""
    _commit(checkout, "feat: another", **{"hosts/layers/other.py": "1"})

    assert docs_in_step(checkout, since=LONG_AGO) == []


def test_code_without_its_page(checkout: Path) -> None:
    """A change of a described file alone is named with commit and file."""
    _commit(checkout, "fix: the box", **{"hosts/layers/box_lid.py": "2"})

    (found,) = docs_in_step(checkout, since=LONG_AGO)
    assert found.startswith("docs/layers/box.md: ")
    assert "changed hosts/layers/box_lid.py. Change the page, or give the commit a line" in found


def test_page_that_follows(checkout: Path) -> None:
    """A page that is changed in a later commit is in step again."""
    _commit(checkout, "fix: the box", **{"hosts/layers/box.py": "2"})
    _commit(checkout, "docs: the box", **{"docs/layers/box.md": PAGE + "More.\n"})

    assert docs_in_step(checkout, since=LONG_AGO) == []


@pytest.mark.parametrize(("line", "found"), [("Docs-Unchanged: only faster", 0), ("Docs-Unchanged:", 1), ("", 1)])
def test_line_that_says_why(checkout: Path, line: str, found: int) -> None:
    """A commit that gives a reason needs no page; a line without a reason is none."""
    _commit(checkout, f"perf: the box\n\n{line}", **{"hosts/layers/box.py": "2"})

    assert len(docs_in_step(checkout, since=LONG_AGO)) == found


def test_without_a_checkout(tmp_path: Path) -> None:
    """Where there is no git there is no history to compare with."""
    assert docs_in_step(tmp_path) == []
