"""What a plan depends on besides the lab: source, lock file, versions, settings."""

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml
from pydantic import JsonValue

from engine.backend import VERSION
from engine.project import Project
from ops.gate.keyed_hash import KeyedHash

SOURCES = (
    "__main__.py", "Pulumi.yaml", "components", "engine", "factory", "hosts", "ops", "production.yaml", "provider",
    "recovery", "stacks",
)  # fmt: skip
"""What takes part in a run, of the checkout; texts and tests may change under a reviewed plan."""
LOCK = "requirements.txt"
SETTINGS = "factory:settings"


def source_items(program: Path, *, hashes: KeyedHash) -> dict[str, str]:
    """Return a hash of each file of *program* that takes part in a run."""
    files = sorted(file for name in SOURCES for file in _files(program / name))
    return {
        str(file.relative_to(program)): hashes.of(kind="source", value=[_content(file), file.stat().st_mode & 0o111])
        for file in files
    }


def lock_items(program: Path, *, hashes: KeyedHash) -> dict[str, str]:
    """Return a hash of the lock file."""
    file = program / LOCK
    return {LOCK: hashes.of(kind="lock", value=_content(file))} if file.exists() else {}


def settings_items(folder: Path, stack: str, *, hashes: KeyedHash) -> dict[str, str]:
    """Return a hash of each key of the stack's file, and of each key of its settings."""
    content = yaml.safe_load((folder / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")) or {}
    config: Mapping[str, JsonValue] = content.get("config") or {}
    flat: dict[str, JsonValue] = {key: value for key, value in config.items() if key != SETTINGS}
    settings = config.get(SETTINGS)
    if isinstance(settings, dict):
        flat |= {f"{SETTINGS}.{key}": value for key, value in settings.items()}
    # A salt is drawn by the first run that writes a state: it is no setting, and each stack's own.
    flat |= {key: value for key, value in content.items() if key not in ("config", "encryptionsalt")}
    return {key: hashes.of(kind="settings", value=value) for key, value in flat.items()}


def version_items(project: Project, *, engine: str, hashes: KeyedHash) -> dict[str, str]:
    """Return a hash of the version of each tool, and of the content of each plugin that the project names."""
    named = {"engine": engine, "state format": VERSION, "Python": platform.python_version()}
    for found in importlib.metadata.distributions():
        if (name := found.metadata["Name"]).startswith("pulumi"):
            named[f"package {name}"] = found.version
    items = {name: hashes.of(kind="version", value=version) for name, version in named.items()}
    for name, folder in project.plugins.items():
        content: JsonValue = [[str(file.relative_to(folder)), _content(file)] for file in sorted(_files(folder))]
        items[f"plugin {name}"] = hashes.of(kind="plugin", value=json.dumps(content))
    return items


def _files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    elif place.is_dir():
        for file in place.rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts and ".venv" not in file.parts:
                yield file


def _content(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
