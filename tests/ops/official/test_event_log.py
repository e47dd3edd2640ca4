"""Events of the official CLI in, the shared document out."""

import json

from ops.official.event_log import Diagnostic, Document, PropertyChange, Step, document

URN = "urn:pulumi:lab::factory::simple:index:Thing::a"
STACK = "urn:pulumi:lab::factory::pulumi:pulumi:Stack::factory-lab"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "[secret]"}
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def _document(*events: dict[str, object], exit_code: int = 0) -> Document:
    lines = [json.dumps({"sequence": number, **event}) for number, event in enumerate(events)]
    return document(
        lines, version="3.260.0", project="factory", stack="lab", verb="up", exit_code=exit_code, seconds=1.5
    )


def _metadata(op: str, **more: object) -> dict[str, object]:
    return {"metadata": {"op": op, "urn": URN, "type": "simple:index:Thing", "detailedDiff": None, **more}}


def test_steps_are_listed_when_they_begin() -> None:
    """A step that never ends is listed too; keys are sorted, the differences keep their paths."""
    diff = {"size": {"diffKind": "update-replace", "inputDiff": True}}
    found = _document(
        {"resourcePreEvent": _metadata("replace", keys=["size", "name"], detailedDiff=diff)},
        {"resOpFailedEvent": {**_metadata("replace"), "status": 0, "steps": 1}},
        {"summaryEvent": {"result": "failed", "resourceChanges": {"same": 2, "create": 1}}},
        exit_code=1,
    )

    change = PropertyChange(kind="update-replace", input=True)
    assert found.steps == [
        Step(op="replace", urn=URN, type="simple:index:Thing", keys=["name", "size"], diff={"size": change})
    ]
    assert found.result == "failed"
    assert list(found.counts.items()) == [("create", 1), ("same", 2)]


def test_refresh_takes_the_result() -> None:
    """What a refresh found replaces what it began as, in the place where it began."""
    diff = {"size": {"diffKind": "update", "inputDiff": True}}
    found = _document(
        {"resourcePreEvent": _metadata("refresh")},
        {"resourcePreEvent": _metadata("same", urn=STACK)},
        {"resOutputsEvent": _metadata("update", detailedDiff=diff)},
    )

    assert [(step.op, step.urn) for step in found.steps] == [("update", URN), ("same", STACK)]
    assert found.steps[0].diff == {"size": PropertyChange(kind="update", input=True)}


def test_outputs_hide_secrets() -> None:
    """Secret outputs are masked at any depth, and unknown ones are named so."""
    outputs = {"plain": 1, "token": SECRET, "list": [{"inner": SECRET}], "later": UNKNOWN}
    found = _document(
        {"resOutputsEvent": _metadata("same", urn=STACK, type="pulumi:pulumi:Stack", new={"outputs": outputs})}
    )

    assert found.outputs == {"plain": 1, "token": "[secret]", "list": [{"inner": "[secret]"}], "later": "[unknown]"}


def test_messages_are_plain() -> None:
    """Colours and blanks at the ends go; debug lines and passing ones are left out."""
    found = _document(
        {"diagnosticEvent": {"severity": "error", "urn": URN, "message": "<{%reset%}>no room<{%reset%}>\n"}},
        {"diagnosticEvent": {"severity": "debug", "message": "registering"}},
        {"diagnosticEvent": {"severity": "info", "message": "waiting", "ephemeral": True}},
    )

    assert found.diagnostics == [Diagnostic(severity="error", urn=URN, message="no room")]
