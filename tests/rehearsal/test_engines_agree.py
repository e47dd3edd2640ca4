"""Both engines do the same with the production program on real servers."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from ops.official.event_log import Document
from rehearsal.bring_up import Wishes, bring_up
from rehearsal.checks.drift_items import DATABASES, OBJECTS, RIGHTS, Drift
from rehearsal.lab import Lab
from rehearsal.servers.own_folder import own_folder

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="there is no pulumi on PATH to compare with"),
]

Steps = list[tuple[str, str, list[str], dict[str, str]]]


@pytest.fixture
def labs() -> Iterator[tuple[Lab, Lab]]:
    """Bring up two labs of the same settings, one for each engine."""
    with ExitStack() as stack:

        def lab(wishes: Wishes) -> Lab:
            return stack.enter_context(bring_up(stack.enter_context(own_folder()), wishes, say=print))

        yield (
            lab(Wishes(engine="pulumi", providers="standin")),
            lab(Wishes(engine="embedded", providers="standin")),
        )


def _steps(document: Document) -> Steps:
    """Return the steps; their order depends on what happened to be done first."""
    assert document.result == "succeeded", document.diagnostics
    return sorted(
        (step.op, step.urn, step.keys, {path: change.kind for path, change in step.diff.items()})
        for step in document.steps
    )


def _change(labs: tuple[Lab, Lab], drifts: list[Drift]) -> None:
    for lab in labs:
        for place, drift in enumerate(drifts):
            apps = lab.neighbours
            drift.change(lab, apps[place % len(apps)], apps[place % len(apps) - 1])


def test_preview_apply_drift_and_repair_have_equal_steps(labs: tuple[Lab, Lab]) -> None:
    """Preview, first and second run, the drift that is shown, and its repair: step by step the same."""
    for verb in ("preview", "up", "up"):
        official, embedded = (_steps(lab.stack.run(verb)) for lab in labs)
        assert embedded == official
    for drifts in (RIGHTS, OBJECTS, DATABASES):
        _change(labs, list(drifts))
        official, embedded = (_steps(lab.stack.run("refresh", preview_only=True)) for lab in labs)
        assert embedded == official
        official, embedded = (_steps(lab.stack.run("preview", refresh=True)) for lab in labs)
        assert embedded == official
        official, embedded = (_steps(lab.stack.run("up", refresh=True)) for lab in labs)
        assert embedded == official
