"""The document of a refresh in, what drifted out."""

from collections.abc import Sequence
from typing import Literal

from ops.drift_watch.look import drift_in
from ops.official.event_log import Diagnostic, Document, EngineName, PropertyChange, Step

URN = "urn:pulumi:lab::factory::factory:hosts:Machine$factory:hosts:Layer::pi1-dns"
KIND = "factory:hosts:Layer"
CHANGE = PropertyChange(kind="update", input=False)


def _document(
    *steps: Step, errors: Sequence[Diagnostic] = (), result: Literal["succeeded", "failed"] = "succeeded"
) -> Document:
    return Document(
        engine=EngineName(name="embedded", version="3.260.0"), project="factory", stack="hosts", verb="refresh",
        result=result, steps=[*steps], counts={}, diagnostics=[*errors], outputs={}, seconds=1.0,
    )  # fmt: skip


def test_unchanged_objects_are_silent() -> None:
    """A refresh that found everything as it was says nothing."""
    assert [*drift_in(_document(Step(op="same", urn=URN, type=KIND)), stack="hosts")] == []


def test_changed_and_gone() -> None:
    """Changed properties are named; an object that is not there any more is gone."""
    changed = Step(op="update", urn=URN, type=KIND, diff={"pending": CHANGE, "digest": CHANGE})
    gone = Step(op="delete", urn=URN + "2", type=KIND)

    first, second = drift_in(_document(changed, gone), stack="hosts")
    assert (first.state, first.what, first.name) == ("changed", ["digest", "pending"], "pi1-dns")
    assert (second.state, second.name) == ("gone", "pi1-dns2")
    assert "./factory up hosts --refresh  # repairs it" in first.remedies


def test_what_cannot_be_asked_is_neither() -> None:
    """An error is about its object, with its type; a failure without a word is still no clean answer."""
    error = Diagnostic(severity="error", urn=URN, message="pi1: timed out")
    (found,) = drift_in(_document(errors=[error], result="failed"), stack="hosts")
    assert (found.state, found.what, found.type) == ("not reached", ["pi1: timed out"], KIND)
    assert found.remedies == ["./factory doctor hosts  # says what cannot be reached, and why"]

    (silent,) = drift_in(_document(result="failed"), stack="hosts")
    assert (silent.state, silent.name) == ("not reached", "hosts")
