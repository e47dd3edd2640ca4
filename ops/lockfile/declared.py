"""What pyproject.toml declares."""

import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Declared:
    """The dependency tables of pyproject.toml."""

    requires_python: str
    """Range of Python versions that the files are resolved for."""

    dependencies: list[str]
    """Packages that the program needs."""

    development: list[str]
    """Tools only for development."""

    @property
    def digest(self) -> str:
        """Digest of the three tables, independent of comments and layout."""
        return hashlib.sha256(json.dumps(vars(self), sort_keys=True).encode()).hexdigest()


def read_declared(root: Path) -> Declared:
    """Read the tables of the checkout *root*."""
    tables = tomllib.loads((root / "pyproject.toml").read_text())
    return Declared(
        requires_python=tables["project"]["requires-python"],
        dependencies=tables["project"]["dependencies"],
        development=tables["dependency-groups"]["dev"],
    )
