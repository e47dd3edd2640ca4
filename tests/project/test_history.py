"""Commit subjects are checked, and the changelog is made from them."""

import shutil
import subprocess
from pathlib import Path

import pytest

from ops.checks.commit_subjects import commit_subjects
from ops.history.unreleased import with_unreleased

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

PAGE = "# Changelog\n\n## Unreleased\n\n### Added\n\n* Old words\n\n## 1.0\n\n* First\n"


def commit(root: Path, subject: str) -> None:
    """Make an empty commit."""
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    command = ["git", *who, "commit", "-q", "--allow-empty", "-m", subject]
    subprocess.run(command, cwd=root, check=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Give a repository with one commit."""
    subprocess.run(["git", "init", "-q", "-b", "main", tmp_path], check=True)  # noqa: S607 - git is found by PATH
    commit(tmp_path, "chore: begin")
    return tmp_path


@pytest.mark.parametrize("subject", ["feat: read more", "fix(engine): keep order", "feat!: ask by name"])
def test_conventional_subject_passes(repository: Path, subject: str) -> None:
    """The forms in use."""
    commit(repository, subject)

    assert commit_subjects(repository) == []


@pytest.mark.parametrize("subject", ["Read more", "feature: read more", "fix : keep order"])
def test_other_subject_is_named(repository: Path, subject: str) -> None:
    """Another form is shown with an example of the right one."""
    commit(repository, subject)

    assert commit_subjects(repository) == [
        f"expected a commit subject such as `fix: keep the lock while waiting`, found `{subject}` (A4)",
    ]


def test_shared_commits_are_left_alone(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What is already upstream cannot be worded anew, so it is no finding."""
    commit(repository, "Read more")
    clone = tmp_path_factory.mktemp("clone")
    subprocess.run(["git", "clone", "-q", repository, clone], check=True)  # noqa: S607 - git is found by PATH

    assert commit_subjects(clone) == []


def test_section_is_made_from_subjects() -> None:
    """What users notice is listed by heading, the rest left out; other sections stay as they are."""
    subjects = ["fix: keep order", "feat: read more", "docs: say more", "chore!: ask by name"]

    assert with_unreleased(PAGE, subjects=subjects) == (
        "# Changelog\n\n## Unreleased\n\n### Added\n\n* Read more\n\n### Changed\n\n* **Breaking:** Ask by name\n"
        "\n### Fixed\n\n* Keep order\n\n## 1.0\n\n* First\n"
    )
