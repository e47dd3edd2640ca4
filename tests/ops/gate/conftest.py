"""A stack that was planned, reviewed and applied."""

from collections.abc import Iterator

import pytest

from rehearsal.bring_up import CHECKOUT, Wishes, bring_up
from rehearsal.gate.gated_stack import GatedStack
from rehearsal.program_copy import copy_program
from rehearsal.servers.own_folder import own_folder


@pytest.fixture(scope="module")
def gated() -> Iterator[GatedStack]:
    """Bring servers up, with a program that can be edited; its first plan is applied."""
    with own_folder() as folder:
        program = copy_program(CHECKOUT, folder / "program")
        (program / "requirements.txt").write_text("nothing==1.0\n", encoding="utf-8")
        with bring_up(folder, Wishes(engine="embedded", program=program), say=print) as lab:
            stack = GatedStack(lab=lab)
            assert stack.plan().returncode == 0
            applied = stack.apply()
            assert applied.returncode == 0, applied.stdout + applied.stderr
            yield stack
