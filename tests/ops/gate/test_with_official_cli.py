"""The gate with the official CLI, on a real PostgreSQL, and beside the embedded engine."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from rehearsal.bring_up import CHECKOUT, Wishes, bring_up
from rehearsal.gate.gated_stack import GatedStack
from rehearsal.program_copy import copy_program
from rehearsal.servers.own_folder import own_folder
from rehearsal.stack_runner import Engine

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


def test_refused_with_its_reason(stacks: tuple[GatedStack, GatedStack]) -> None:
    """Moved state, other settings and an object changed by hand are refused by name; the digest itself stands still."""
    stack = stacks[0]
    if stack.plan().returncode == 0 and _steps(stack):
        _plan_and_apply(stack)
    digests = {json.loads(stack.run("plan", "--json").stdout)["digest"] for _ in range(2)}
    assert len(digests) == 1

    before = _declare(stack, "unseen")
    settings = stack.apply()
    assert settings.returncode == 1
    assert "settings: the stack's file was changed\n  changed: factory:settings.applications" in settings.stderr
    assert "steps: the steps are others" in settings.stderr
    (stack.lab.stack.folder / "Pulumi.postgres.yaml").write_text(before, encoding="utf-8")

    with stack.lab.server.connect() as connection:
        connection.execute("GRANT CONNECT ON DATABASE erp TO PUBLIC")
    by_hand = stack.apply()
    assert by_hand.returncode == 1
    assert "AccessList::erp" in by_hand.stderr

    stack.plan()
    assert stack.lab.stack.run("refresh").result == "succeeded"
    moved = stack.apply()
    assert moved.returncode == 1
    assert "state: the state has moved since the review\n  changed: urn:" in moved.stderr
    assert "AccessList::erp" in moved.stderr
    _plan_and_apply(stack)


def test_no_secret_is_told(stacks: tuple[GatedStack, GatedStack]) -> None:
    """Neither the text nor the document of a plan holds a password, though the plan was made with secrets in plain."""
    stack = stacks[0]
    _declare(stack, "quiet")
    planned = stack.plan()
    applied = stack.apply()
    assert applied.returncode == 0, applied.stderr

    said = planned.stdout + planned.stderr + stack.file.read_text(encoding="utf-8") + applied.stdout + applied.stderr
    secrets = [stack.lab.stack.secret_output("credentials_editor_password"), stack.lab.server.password]
    assert not [secret for secret in secrets if secret in said]


def test_production_by_name_only(stacks: tuple[GatedStack, GatedStack]) -> None:
    """The first line names engine and target; the embedded engine refuses production."""
    official, embedded = stacks

    assert official.plan().stdout.startswith("plan postgres · pulumi engine · target: no production\n")
    refused = embedded.apply("--target", "production")
    assert refused.returncode == 1
    assert "the embedded engine never touches production" in refused.stderr
