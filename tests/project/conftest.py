"""A small project that every check passes, to be broken in one place."""

from pathlib import Path

import pytest

from ops.lockfile.declared import read_declared
from ops.lockfile.header import with_header
from ops.reference.pages import reference_pages

REPOSITORY = Path(__file__).resolve().parents[2]

PYPROJECT = """\
[project]
name = "small"
version = "1"
requires-python = ">=3.11"
dependencies = ["rich==15.0.0"]
[dependency-groups]
dev = ["pytest==9.2.0"]
"""

COMPONENT = '''\
"""One box."""

from dataclasses import dataclass

from components.base import ComponentResource


@dataclass(frozen=True, kw_only=True)
class BoxArgs:
    """What a box needs."""

    width: int = 3
    """Width in mm."""


class Box(ComponentResource):
    """One box of a | b."""

    volume: int
    """What fits in."""
'''


BASE = '''\
"""What components are made of."""


class ComponentResource:
    """Stand for Pulumi's class, so that nothing has to be read for it."""
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give the small project; it is no git checkout, so every file counts."""
    root = tmp_path / "project"
    (root / "components").mkdir(parents=True)
    (root / "components" / "__init__.py").write_text('"""Components."""\n')
    (root / "components" / "base.py").write_text(BASE)
    (root / "components" / "box.py").write_text(COMPONENT)
    settings = (REPOSITORY / "pyproject.toml").read_text()
    (root / "pyproject.toml").write_text(PYPROJECT + settings[settings.index("[tool.ruff]") :])
    declared = read_declared(root).digest
    (root / "requirements.txt").write_text(with_header("rich==15.0.0 \\\n    --hash=x\n", declared=declared))
    (root / "requirements-dev.txt").write_text(with_header("pytest==9.2.0\n", declared=declared))
    (root / "docs" / "reference").mkdir(parents=True)
    for name, text in reference_pages(root).items():
        (root / name).write_text(text)
    return root
