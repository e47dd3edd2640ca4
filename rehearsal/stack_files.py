"""The rehearsal's own project and stack file: the production ones with what must differ replaced, nothing else."""

import sys
from collections.abc import Mapping
from pathlib import Path

import yaml
from pydantic import JsonValue

STACK = "postgres"
SETTINGS = "factory:settings"


def production_settings(program: Path, *, stack: str = STACK) -> dict[str, JsonValue]:
    """Return the settings of *stack* as the checkout *program* has them for production."""
    file = program / f"Pulumi.{stack}.yaml"
    settings = _read(file).get("config", {})
    found = settings.get(SETTINGS) if isinstance(settings, dict) else None
    if not isinstance(found, dict):
        raise TypeError(f"{file}: expected the mapping {SETTINGS} under config")
    return found


def rehearsal_settings(production: Mapping[str, JsonValue], *, host: str, port: int) -> dict[str, JsonValue]:
    """Return *production* settings with the server's address replaced."""
    server = production.get("server")
    known = server if isinstance(server, dict) else {}
    return {**production, "server": {**known, "host": host, "port": port}}


def write_stack_files(
    folder: Path, *, stack: str, program: Path, settings: Mapping[str, JsonValue], plugins: Mapping[str, Path]
) -> None:
    """Write project and *stack* file into *folder*; *plugins* are the folders of the providers that stand here."""
    project = _read(program / "Pulumi.yaml")
    runtime = project.get("runtime")
    options = runtime.get("options") if isinstance(runtime, dict) else None
    listed = project.get("plugins")
    providers = listed.get("providers") if isinstance(listed, dict) else None
    own = {
        str(entry["name"]): str((program / str(entry["path"])).resolve())
        for entry in (providers if isinstance(providers, list) else [])
        if isinstance(entry, dict)
    }
    own.update({name: str(path) for name, path in plugins.items()})
    project["main"] = str(program)
    project["runtime"] = {
        "name": "python",
        "options": {**(options if isinstance(options, dict) else {}), "virtualenv": sys.prefix},
    }
    project["plugins"] = {"providers": [{"name": name, "path": path} for name, path in own.items()]}
    _write(folder / "Pulumi.yaml", project)
    config = _read(program / f"Pulumi.{stack}.yaml").get("config")
    others = config if isinstance(config, dict) else {}
    _write(folder / f"Pulumi.{stack}.yaml", {"config": {**others, SETTINGS: dict(settings)}})


def _read(file: Path) -> dict[str, JsonValue]:
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise TypeError(f"{file}: expected a mapping, found {type(content).__name__}")
    return content


def _write(file: Path, content: Mapping[str, JsonValue]) -> None:
    file.write_text(yaml.safe_dump(dict(content), sort_keys=False), encoding="utf-8")
