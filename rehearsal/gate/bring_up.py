"""Servers, a program that may be edited, and a Gitea, ready to be reviewed and applied."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from rehearsal.bring_up import Wishes, bring_up
from rehearsal.gate.forge import Forge, forge_of
from rehearsal.gate.gated_stack import GatedStack
from rehearsal.lab import CANARY, expect
from rehearsal.program_copy import copy_program
from rehearsal.stack_files import SETTINGS, STACK


@contextlib.contextmanager
def bring_up_gate(folder: Path, wishes: Wishes, *, say: Callable[[str], None]) -> Iterator[Forge]:
    """Bring up the stack `postgres` with the canary alone, applied by a first plan, and a Gitea."""
    program = copy_program(wishes.program, folder / "program")
    (program / "requirements.txt").write_text("nothing==1.0\n", encoding="utf-8")
    file = program / f"Pulumi.{STACK}.yaml"
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    settings = content["config"][SETTINGS]
    settings["applications"] = [each for each in settings["applications"] if each["name"] == CANARY]
    file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    with bring_up(folder, Wishes(engine="embedded", program=program, providers=wishes.providers), say=say) as lab:
        stack = GatedStack(lab=lab)
        for done in (stack.plan(), stack.apply()):
            expect(done.returncode == 0, f"expected a first plan, applied, found: {done.stdout}{done.stderr}")
        with forge_of(stack) as forge:
            yield forge
