"""A state in the bucket of production is refused, wherever the official CLI learns of it."""

import json
from pathlib import Path

import pytest

from ops.engines.refuse_backend import refuse_backend
from provider.guard import ProductionRefusedError

STATE = "gs://arcodange-tf/factory"


def _folder(tmp_path: Path, *, backend: str = "", current: str = "") -> dict[str, str]:
    """Make a project and a home of the CLI; return the environment of a run."""
    (tmp_path / "Pulumi.yaml").write_text(f"name: small\nbackend:\n  url: {backend}\n" if backend else "name: small\n")
    (tmp_path / "credentials.json").write_text(json.dumps({"current": current} if current else {}))
    return {"PULUMI_HOME": str(tmp_path)}


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("variable", "PULUMI_BACKEND_URL"),
        ("backend", "Pulumi.yaml: backend.url"),
        ("current", "credentials.json: current"),
    ],
)
def test_production_is_refused(tmp_path: Path, place: str, found: str) -> None:
    """Each place is named where the address was found; the target opens it."""
    environment = _folder(tmp_path, **({} if place == "variable" else {place: STATE}))
    environment |= {"PULUMI_BACKEND_URL": STATE} if place == "variable" else {}

    with pytest.raises(ProductionRefusedError, match=f"{found}: {STATE} is production"):
        refuse_backend(tmp_path, environment)
    refuse_backend(tmp_path, {**environment, "FACTORY_TARGET": "production"})


def test_nearest_place_counts(tmp_path: Path) -> None:
    """The variable comes before the project, and the project before the last login, as in the CLI."""
    environment = _folder(tmp_path, backend="file:///tmp/state", current=STATE)

    refuse_backend(tmp_path, environment)
    with pytest.raises(ProductionRefusedError):
        refuse_backend(tmp_path, {**environment, "PULUMI_BACKEND_URL": STATE})


def test_no_backend_at_all(tmp_path: Path) -> None:
    """A CLI that never logged in has no state of production."""
    refuse_backend(tmp_path / "nowhere", {"PULUMI_HOME": str(tmp_path / "nowhere")})
