"""What a case left behind on one engine: the contents of `expected.json`."""

import json
import sys
from pathlib import Path

from pydantic import BaseModel, Field, JsonValue

from tests.engine.conformance.case import Case
from tests.engine.conformance.engines import Engine
from tests.engine.conformance.normal import Normalizer
from tests.engine.conformance.playground import Playground

_ONE_LINE_FROM = 4

Resource = dict[str, JsonValue]
"""One resource of the state, in its comparable form."""


class Outcome(BaseModel, extra="forbid"):
    """What one step left behind, in comparable form."""

    verb: str
    """What was run."""

    result: str
    """`succeeded` or `failed`."""

    steps: list[dict[str, JsonValue]]
    """The engine's steps, in the order in which they began."""

    counts: dict[str, int]
    """Number of resources by operation."""

    outputs: dict[str, JsonValue]
    """Outputs of the stack."""

    diagnostics: list[dict[str, str]]
    """Errors and warnings; the wording is each engine's own and not compared."""

    calls: list[dict[str, JsonValue]]
    """What the providers were asked, in order."""

    resources: list[Resource]
    """The state afterwards."""

    pending: list[dict[str, JsonValue]] = Field(default_factory=list)
    """The pending operations in the state afterwards."""


class Recording(BaseModel, extra="forbid"):
    """What a whole case left behind."""

    engine: str
    """Name and version of the engine that made it."""

    sdk: str
    """Version of the Pulumi SDK that ran the program."""

    outcomes: list[Outcome]
    """One for each step."""


def record(case: Case, *, name: str, folder: Path, engine: Engine, sdk: str) -> Recording:
    """Run every step of *case* in the empty *folder* and return what was seen."""
    playground = Playground(folder, case=name)
    normalizer = Normalizer()
    ran_on = ""
    outcomes: list[Outcome] = []
    for step in case.steps:
        playground.use_program(step.program)
        playground.edit_world(step.world)
        playground.edit_state(step.stack, edits=step.state)
        document = engine.run(step, playground=playground)
        ran_on = f"{document.engine.name} {document.engine.version}"
        calls = playground.calls()
        state = playground.state(step.stack)
        resources = state.get("resources", [])
        assert isinstance(resources, list)
        normalizer.learn(resources)
        for call in calls:
            if call["method"] == "Configure":
                normalizer.name(str(call["urn"]), str(call.get("id", "")))
        outcomes.append(
            Outcome.model_validate(
                {
                    "verb": step.verb,
                    "result": document.result,
                    "steps": normalizer.normal([done.model_dump(mode="json") for done in document.steps]),
                    "counts": document.counts,
                    "outputs": normalizer.normal(document.outputs),
                    "diagnostics": [
                        {
                            "severity": said.severity,
                            "urn": normalizer.normal(said.urn),
                            "message": normalizer.normal(_essence(said.message, playground=playground)),
                        }
                        for said in document.diagnostics
                        if said.severity in {"error", "warning"}
                    ],
                    "calls": [normalizer.normal(call) for call in calls],
                    "resources": [_with_sorted_needs(normalizer.normal(resource)) for resource in resources],
                    "pending": normalizer.normal(state.get("pending_operations", [])),
                }
            )
        )
    return Recording(engine=ran_on, sdk=sdk, outcomes=outcomes)


def load(path: Path) -> Recording:
    """Return the recording in *path*."""
    return Recording.model_validate_json(path.read_text())


def save(recording: Recording, *, path: Path) -> None:
    """Write *recording* to *path*, one line for each step, call and resource."""
    path.write_text(_laid_out(recording.model_dump()) + "\n")


def _with_sorted_needs(resource: JsonValue) -> JsonValue:
    # the SDK collects dependencies in a set: their order is another one in each run
    assert isinstance(resource, dict)
    if "dependencies" in resource:
        resource = {**resource, "dependencies": _sorted(resource["dependencies"])}
    properties = resource.get("propertyDependencies")
    if isinstance(properties, dict):
        sorted_properties = {name: _sorted(needs) for name, needs in properties.items()}
        resource = {**resource, "propertyDependencies": sorted_properties}
    return resource


def _sorted(urns: JsonValue) -> JsonValue:
    return [*sorted(str(urn) for urn in urns)] if isinstance(urns, list) else urns


def _laid_out(value: JsonValue, *, indent: int = 0) -> str:
    flat = json.dumps(value, sort_keys=True)
    if indent == _ONE_LINE_FROM or not isinstance(value, dict | list) or not value:
        return flat
    margin = "\n" + " " * (indent + 1)
    if isinstance(value, list):
        inside = [_laid_out(inner, indent=indent + 1) for inner in value]
        return "[" + margin + f",{margin}".join(inside) + margin[:-1] + "]"
    inside = [f"{json.dumps(key)}: {_laid_out(inner, indent=indent + 1)}" for key, inner in value.items()]
    return "{" + margin + f",{margin}".join(inside) + margin[:-1] + "}"


def _essence(message: str, *, playground: Playground) -> str:
    if "Traceback (most recent call last)" in message:
        message = message.strip().splitlines()[-1]
    for path, name in ((str(playground.folder), "<folder>"), (sys.prefix, "<venv>")):
        message = message.replace(path, name)
    return message.strip()
