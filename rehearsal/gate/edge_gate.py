"""The gate on the servers of the edge: a program that may be edited, and a repository on their Gitea."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from rehearsal.gate.forge import Forge, forge_on
from rehearsal.gate.gated_stack import GatedStack
from rehearsal.main.edge import Edge
from rehearsal.program_copy import copy_program

LOCK = "requirements.txt"


@dataclass(kw_only=True)
class EdgeGate:
    """What the checks of the gate work with."""

    edge: Edge
    """Servers, doubles and the stack `main`, applied."""
    forge: Forge
    """The repository, and the stack `postgres` as its workflows run it."""
    program: Path
    """Copy of the program that those workflows check out."""
    number: int = 0
    """The pull request that is planned, merged and applied."""
    commit: str = ""
    """Its merge."""


@contextlib.contextmanager
def edge_gate(folder: Path, edge: Edge) -> Iterator[EdgeGate]:
    """Prepare the gate on *edge*; from now on its stacks are those of a copy of the program in *folder*."""
    program = copy_program(edge.lab.program, folder / "gate-program")
    (program / LOCK).write_text("nothing==1.0\n", encoding="utf-8")
    _lead_to(program, edge.lab.stack.folder / "Pulumi.yaml")
    stack = GatedStack(lab=edge.lab, more=edge.stack.environment())
    with forge_on(edge.gitea, stack, folder=folder) as forge:
        yield EdgeGate(edge=edge, forge=forge, program=program)


def _lead_to(program: Path, file: Path) -> None:
    """Let the project *file* name the *program*, and the provider of it."""
    project = yaml.safe_load(file.read_text(encoding="utf-8"))
    project["main"] = str(program)
    for each in project["plugins"]["providers"]:
        if each["name"] == "factory":
            each["path"] = str(program / "provider")
    file.write_text(yaml.safe_dump(project, sort_keys=False), encoding="utf-8")
