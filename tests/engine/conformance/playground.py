"""The folder in which one case runs: project, plugins, backend, world."""

import json
import os
import sys
from pathlib import Path

import yaml
from pydantic import JsonValue

from tests.engine.conformance.case import StateEdit
from tests.engine.conformance.provider.server import CALLS_FILE, WORLD_FILE
from tests.engine.conformance.provider.world import World
from tests.engine.program_file import write_main

PROJECT = "conformance"
"""Name of the project of every case."""

PASSPHRASE = "conformance"  # noqa: S105 -- it protects nothing: every value is in the cases
"""Passphrase of every stack."""

SALT = "v1:HsgXmJguu5I=:v1:8NFJCPlQCslQwh0o:GWrLhFjDI8vQddmGWwQTYyNZROBtVw=="
"""Salt of every stack, so that the slow key derivation is done once per process."""

PACKAGES = ("simple", "keeper", "other")
"""Names under which the recording provider serves."""

_STACKS = ("lab", "elsewhere")
_CHECKOUT = Path(__file__).parents[3]


class Playground:
    """Everything that an engine reads and writes while a case runs."""

    def __init__(self, folder: Path, *, case: str) -> None:
        """Fill the empty *folder* for *case*, the name of a folder of `cases`."""
        self.project = folder / "project"
        """Folder of the project file."""

        self.event_log = folder / "events.jsonl"
        """Where the official engine writes its events."""

        self.folder = folder
        """The whole of it."""

        self._case = case
        self._calls = folder / "calls.jsonl"
        self._world = folder / "world.json"
        self._stacks = folder / "backend" / ".pulumi" / "stacks" / PROJECT
        for created in (self.project / "program", self._stacks, folder / "home"):
            created.mkdir(parents=True)
        self._calls.touch()
        self._world.write_text(World().model_dump_json())
        self._write_project()
        for package in PACKAGES:
            self._write_plugin(package)
        for stack in _STACKS:
            self._write_stack(stack)

    def environment(self) -> dict[str, str]:
        """Return the environment for an engine."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return kept | {
            CALLS_FILE: str(self._calls),
            WORLD_FILE: str(self._world),
            "PULUMI_BACKEND_URL": (self.folder / "backend").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_DEBUG_COMMANDS": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PYTHONPATH": str(_CHECKOUT),
        }

    def use_program(self, function: str) -> None:
        """Make *function* of the case's `program.py` the program of the next run."""
        source = f"from tests.engine.conformance.cases.{self._case}.program import {function}\n\n{function}()\n"
        write_main(self.project / "program", source)

    def edit_world(self, patch: dict[str, JsonValue]) -> None:
        """Apply the merge patch *patch* to the world."""
        world = _merged(json.loads(self._world.read_text()), patch)
        self._world.write_text(World.model_validate(world).model_dump_json())

    def edit_state(self, stack: str, *, edits: tuple[StateEdit, ...]) -> None:
        """Change the state of *stack* by hand."""
        path = self._stacks / f"{stack}.json"
        document = json.loads(path.read_text())
        latest = document["checkpoint"]["latest"]
        for edit in edits:
            [resource] = [
                resource for resource in latest["resources"] if resource["urn"].rpartition("::")[2] == edit.resource
            ]
            for key, value in edit.set.items():
                resource[key] = value
                if value is None:
                    del resource[key]
            if edit.pending:
                if edit.pending == "creating":
                    latest["resources"].remove(resource)
                    resource = {key: value for key, value in resource.items() if key not in {"id", "outputs"}}
                operation = {"resource": resource, "type": edit.pending}
                latest.setdefault("pending_operations", []).append(operation)
        path.write_text(json.dumps(document))

    def calls(self) -> list[dict[str, JsonValue]]:
        """Return the calls that the providers got since this was last asked."""
        lines = self._calls.read_text().splitlines()
        self._calls.write_text("")
        return [json.loads(line) for line in lines]

    def state(self, stack: str) -> dict[str, JsonValue]:
        """Return the deployment in the state file of *stack*."""
        latest = json.loads((self._stacks / f"{stack}.json").read_text())["checkpoint"]["latest"]
        return dict(latest or {})

    def _write_project(self) -> None:
        virtualenv = {"virtualenv": sys.prefix}
        project = {
            "name": PROJECT,
            "main": "program",
            "runtime": {"name": "python", "options": virtualenv},
            "plugins": {"providers": [{"name": name, "path": f"../plugins/{name}"} for name in PACKAGES]},
        }
        (self.project / "Pulumi.yaml").write_text(yaml.safe_dump(project))

    def _write_plugin(self, package: str) -> None:
        plugin = self.folder / "plugins" / package
        plugin.mkdir(parents=True)
        runtime = {"runtime": {"name": "python", "options": {"virtualenv": sys.prefix}}}
        (plugin / "PulumiPlugin.yaml").write_text(yaml.safe_dump(runtime))
        source = f'from tests.engine.conformance.provider.server import serve\n\nserve("{package}")\n'
        write_main(plugin, source)

    def _write_stack(self, stack: str) -> None:
        (self.project / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump({"encryptionsalt": SALT}))
        name = f"organization/{PROJECT}/{stack}"
        empty = {"version": 3, "checkpoint": {"stack": name, "latest": None}}
        (self._stacks / f"{stack}.json").write_text(json.dumps(empty))
        (self._stacks.parents[1] / "meta.yaml").write_text("version: 1\n")


def _merged(target: JsonValue, patch: JsonValue) -> JsonValue:
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = _merged(merged.get(key), value)
    return merged
