"""Refuse to work on the state of production unless production is meant."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

import yaml

from provider.guard import refuse_production

BACKEND_VARIABLE = "PULUMI_BACKEND_URL"


def refuse_backend(folder: Path, environment: Mapping[str, str] = os.environ) -> None:
    """Raise when the official CLI would keep the state of the project in *folder* where production has its own.

    Raises:
        ProductionRefusedError: it would, and production was not asked for.

    """
    place, url = backend_of(folder, environment)
    refuse_production({place: url}, environment)


def backend_of(folder: Path, environment: Mapping[str, str]) -> tuple[str, str]:
    """Return where the CLI learns of its backend, in the CLI's own order, and the backend's address."""
    if url := environment.get(BACKEND_VARIABLE):
        return BACKEND_VARIABLE, url
    project = _document(folder / "Pulumi.yaml")
    backend = project.get("backend")
    if isinstance(backend, dict) and backend.get("url"):
        return "Pulumi.yaml: backend.url", str(backend["url"])
    home = Path(environment.get("PULUMI_HOME") or Path.home() / ".pulumi")
    return f"{home}/credentials.json: current", str(_document(home / "credentials.json").get("current") or "")


def _document(file: Path) -> Mapping[str, object]:
    try:
        text = file.read_text(encoding="utf-8")
        content = json.loads(text) if file.suffix == ".json" else yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError):
        return {}
    return content if isinstance(content, dict) else {}
