"""The stack files are read, and compared where two speak of the same thing."""

import shutil
from pathlib import Path

import pytest

from ops.checks.stack_files import stack_files

ROOT = Path(__file__).resolve().parents[2]
BROKEN = {
    "an application of one alone": (
        "main", "      - name: plausible\n", "", "Pulumi.main.yaml: lacks the application plausible of Pulumi.postgres"
    ),
    "a database too few": (
        "postgres", "      - name: plausible\n", "", "Pulumi.postgres.yaml: lacks the application plausible"
    ),
    "another port": ("main", "port: 6432", "port: 6433", "settings.database.port is another one"),
    "another organisation": ("postgres", "org: arcodange-org", "org: other-org", "another org or domain"),
    "a mistyped key": ("main", "sslmode: require", "sslmod: require", 'did you mean "sslmode"?'),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the stack files of the project."""
    for file in ROOT.glob("Pulumi.*.yaml"):
        shutil.copy(file, tmp_path)
    return tmp_path


def test_files_of_the_project_agree(folder: Path) -> None:
    """Nothing is found in them as they are."""
    assert len([*folder.iterdir()]) == 3
    assert stack_files(folder) == []


@pytest.mark.parametrize("name", BROKEN)
def test_difference_is_named(folder: Path, name: str) -> None:
    """A difference is found, with the file and what it lacks."""
    stack, text, instead, expected = BROKEN[name]
    file = folder / f"Pulumi.{stack}.yaml"
    before = file.read_text(encoding="utf-8")
    assert text in before
    file.write_text(before.replace(text, instead), encoding="utf-8")

    findings = stack_files(folder)

    assert findings
    assert expected in findings[0]
