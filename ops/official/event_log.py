"""The official engine's event log, translated into the document that both engines print with `--json`.

The CLI writes the log with `--event-log FILE`, an option that exists only while `PULUMI_DEBUG_COMMANDS=true`.
"""

import re
from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, Field, JsonValue

_COLOUR = re.compile(r"<\{%.*?%\}>")
_SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d"  # noqa: S105 -- the protocol's key for a marked value
_SECRET_MARK = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 -- the protocol's mark, the same for everybody
_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_STACK_TYPE = "pulumi:pulumi:Stack"


class PropertyChange(BaseModel, frozen=True):
    """How one property changes."""

    kind: str
    """`add`, `delete` or `update`, with `-replace` where it asks for a replacement."""

    input: bool
    """Whether inputs are compared, not the old state with the new inputs."""


class Step(BaseModel, frozen=True):
    """One step of the engine."""

    op: str
    """Name of the operation, as Pulumi calls it."""

    urn: str
    """Resource it is about."""

    type: str
    """Type of that resource."""

    keys: list[str] = Field(default_factory=list)
    """Properties that ask for a replacement, sorted."""

    diff: dict[str, PropertyChange] = Field(default_factory=dict)
    """Each changed property, by path."""


class Diagnostic(BaseModel, frozen=True):
    """One message to the reader."""

    severity: str
    """`error`, `warning` or `info`."""

    urn: str
    """Resource it is about; empty for none."""

    message: str
    """Text without colours."""


class EngineName(BaseModel, frozen=True):
    """Which engine it was."""

    name: Literal["pulumi", "embedded"]
    """The official one or ours."""

    version: str
    """Its version."""


class Document(BaseModel, frozen=True):
    """What one run did, or would do."""

    engine: EngineName
    """Which engine it was."""

    project: str
    """Name of the project."""

    stack: str
    """Name of the stack."""

    verb: str
    """What was run."""

    result: Literal["succeeded", "failed"]
    """How it ended."""

    steps: list[Step]
    """The steps, in the order in which they began."""

    counts: dict[str, int]
    """Number of resources by operation."""

    diagnostics: list[Diagnostic]
    """The messages."""

    outputs: dict[str, JsonValue]
    """Outputs of the stack; secrets are `[secret]`, what only an update can tell is `[unknown]`."""

    seconds: float
    """How long it took."""


class _State(BaseModel):
    outputs: dict[str, JsonValue] | None = None


class _Difference(BaseModel):
    kind: str = Field(alias="diffKind")
    input_diff: bool = Field(alias="inputDiff")


class _Metadata(BaseModel):
    op: str
    urn: str
    type: str
    new: _State | None = None
    keys: list[str] | None = None
    detailed_diff: dict[str, _Difference] | None = Field(default=None, alias="detailedDiff")

    def step(self) -> Step:
        return Step(
            op=self.op,
            urn=self.urn,
            type=self.type,
            keys=sorted(self.keys or ()),
            diff={
                path: PropertyChange(kind=change.kind, input=change.input_diff)
                for path, change in sorted((self.detailed_diff or {}).items())
            },
        )


class _ResourceEvent(BaseModel):
    metadata: _Metadata


class _DiagnosticEvent(BaseModel):
    severity: str
    urn: str = ""
    message: str
    ephemeral: bool = False


class _Summary(BaseModel):
    result: str
    changes: dict[str, int] = Field(alias="resourceChanges")


class _Event(BaseModel):
    began: _ResourceEvent | None = Field(default=None, alias="resourcePreEvent")
    ended: _ResourceEvent | None = Field(default=None, alias="resOutputsEvent")
    diagnostic: _DiagnosticEvent | None = Field(default=None, alias="diagnosticEvent")
    summary: _Summary | None = Field(default=None, alias="summaryEvent")


def document(  # noqa: PLR0913 -- one argument for each thing that the log does not say
    lines: Iterable[str], *, version: str, project: str, stack: str, verb: str, exit_code: int, seconds: float
) -> Document:
    """Return the document of the run that wrote *lines*; *version* is that of the official engine.

    A step is listed when it begins. What a refresh step found is known only when it ends, so its operation and
    differences are taken from there.
    """
    steps: list[Step] = []
    refreshing: dict[str, list[int]] = {}
    diagnostics: list[Diagnostic] = []
    outputs: dict[str, JsonValue] = {}
    counts: dict[str, int] = {}
    for line in lines:
        event = _Event.model_validate_json(line)
        if event.began:
            step = event.began.metadata.step()
            if step.op == "refresh":
                refreshing.setdefault(step.urn, []).append(len(steps))
            steps.append(step)
        elif event.ended:
            metadata = event.ended.metadata
            if refreshing.get(metadata.urn):
                steps[refreshing[metadata.urn].pop(0)] = metadata.step()
            if metadata.type == _STACK_TYPE and metadata.new:
                outputs = {key: _masked(value) for key, value in sorted((metadata.new.outputs or {}).items())}
        elif event.diagnostic and not event.diagnostic.ephemeral and event.diagnostic.severity != "debug":
            message = _COLOUR.sub("", event.diagnostic.message).strip()
            diagnostics.append(
                Diagnostic(severity=event.diagnostic.severity, urn=event.diagnostic.urn, message=message)
            )
        elif event.summary:
            counts = dict(sorted(event.summary.changes.items()))
    return Document(
        engine=EngineName(name="pulumi", version=version),
        project=project,
        stack=stack,
        verb=verb,
        result="failed" if exit_code else "succeeded",
        steps=steps,
        counts=counts,
        diagnostics=diagnostics,
        outputs=outputs,
        seconds=seconds,
    )


def passing_diagnostic(line: str) -> Diagnostic | None:
    """Return the message that a line of the log is; `progress` is one that passes, as beside a resource at work."""
    event = _Event.model_validate_json(line).diagnostic
    if event is None or event.severity == "debug":
        return None
    severity = "progress" if event.ephemeral else event.severity
    return Diagnostic(severity=severity, urn=event.urn, message=_COLOUR.sub("", event.message).strip())


def _masked(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        if value.get(_SECRET_SIGNATURE) == _SECRET_MARK:
            return "[secret]"
        return {key: _masked(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_masked(inner) for inner in value]
    return "[unknown]" if value == _UNKNOWN else value
