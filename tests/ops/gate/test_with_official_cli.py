"""The gate with the official CLI, on a real PostgreSQL, and beside the embedded engine."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from rehearsal.bring_up import CHECKOUT, Wishes, bring_up
from rehearsal.program_copy import copy_program
from rehearsal.servers.own_folder import own_folder
from rehearsal.stack_runner import Engine
from tests.ops.gate.gated_stack import GatedStack

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="there is no pulumi on PATH, which serves production"),
]

Steps = list[tuple[str, str, list[tuple[str, str]]]]


@pytest.fixture(scope="module")
def stacks() -> Iterator[tuple[GatedStack, GatedStack]]:
    """Bring up the same stack twice, the official CLI's first; nothing is applied yet."""
    with ExitStack() as stack:

        def gated(engine: Engine) -> GatedStack:
            folder = stack.enter_context(own_folder())
            program = copy_program(CHECKOUT, folder / "program")
            (program / "requirements.txt").write_text("nothing==1.0\n", encoding="utf-8")
            wishes = Wishes(engine=engine, program=program, providers="standin")
            return GatedStack(lab=stack.enter_context(bring_up(folder, wishes, say=print)))

        yield gated("pulumi"), gated("embedded")


def _declare(stack: GatedStack, name: str) -> str:
    """Declare one more application, and return the settings that were there."""
    file = stack.lab.stack.folder / "Pulumi.postgres.yaml"
    before = file.read_text(encoding="utf-8")
    # The CLI writes the file anew, with its own indentation.
    text = re.sub(r"( *)- name: canary", rf"\1- name: {name}\n\g<0>", before)
    assert text != before
    file.write_text(text, encoding="utf-8")
    return before


def _steps(stack: GatedStack) -> Steps:
    """Return the steps of the reviewed plan; ports and passwords differ between two labs."""
    steps = json.loads(stack.file.read_text(encoding="utf-8"))["steps"]
    return [(step["op"], step["urn"], [(each["path"], each["kind"]) for each in step["properties"]]) for step in steps]


def _plan_and_apply(stack: GatedStack) -> None:
    planned = stack.plan()
    assert planned.returncode == 0, planned.stdout + planned.stderr
    applied = stack.apply()
    assert applied.returncode == 0, applied.stdout + applied.stderr
    again = stack.plan()
    assert "no changes; " in again.stdout, again.stdout + again.stderr


def test_reviewed_applied_and_nothing_left(stacks: tuple[GatedStack, GatedStack]) -> None:
    """The first plan, one more application, and drift have equal steps with both engines, and leave nothing to do."""
    for stack in stacks:
        assert stack.plan().returncode == 0
    assert _steps(stacks[0]) == _steps(stacks[1])
    for stack in stacks:
        _plan_and_apply(stack)

    for stack in stacks:
        _declare(stack, "once")
        assert "create postgresql:index/database:Database once" in stack.plan().stdout
    assert _steps(stacks[0]) == _steps(stacks[1])
    for stack in stacks:
        _plan_and_apply(stack)

    for stack in stacks:
        with stack.lab.server.connect() as connection:
            connection.execute("GRANT CONNECT ON DATABASE webapp TO PUBLIC")
        stack.plan()
    assert _steps(stacks[0]) == _steps(stacks[1]) != []
    for stack in stacks:
        _plan_and_apply(stack)
