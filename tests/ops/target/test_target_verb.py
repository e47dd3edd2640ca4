"""`./factory target`, and what every verb says and refuses without one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]


def _typed(words: str, tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name != "FACTORY_TARGET"}
    return subprocess.run(
        [sys.executable, "-P", "-m", "ops", *words.split()],
        cwd=REPOSITORY,
        env={**kept, "HOME": str(tmp_path), "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "environment", "meant"),
    [
        ("", "", False),
        ("", "production", True),
        ("", "rehearsal", False),
        ("--target production", "", True),
        ("--target production", "rehearsal", True),
        ("--target rehearsal", "production", False),
    ],
)
def test_production_by_name_only(tmp_path: Path, words: str, environment: str, *, meant: bool) -> None:
    """The option decides, else the environment; without either production is not meant."""
    done = _typed(f"target {words} --json pi1.home", tmp_path, FACTORY_TARGET=environment)

    assert json.loads(done.stdout)["production_is_meant"] == meant
    assert done.returncode == (0 if meant else 1)


def test_no_other_word(tmp_path: Path) -> None:
    """A word that is nearly right is wrong use, and not taken for no production."""
    assert _typed("target", tmp_path, FACTORY_TARGET="prod").returncode == 2


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("hosts check", "hosts check · target: no production"),
        ("cluster kubeconfig", "cluster kubeconfig · target: no production"),
        ("doctor main", "doctor main · target: no production"),
        ("destroy postgres --engine embedded", "destroy postgres · embedded engine · target: no production"),
    ],
)
def test_no_default_target(tmp_path: Path, words: str, line: str) -> None:
    """On the settings of production each verb first says its target, and is refused before it contacts anything."""
    done = _typed(words, tmp_path)

    first, *more = (done.stdout + done.stderr).splitlines()
    assert first == line
    assert "is production" in "\n".join(more)
    assert done.returncode == 1
