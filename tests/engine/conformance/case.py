"""What a case consists of: the model of `case.yaml`."""

from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, Field, JsonValue, model_validator


class StateEdit(BaseModel, extra="forbid", frozen=True):
    """One change made by hand to the state of the stack."""

    resource: str
    """Name of the resource, the last part of its URN."""

    set: dict[str, JsonValue] = Field(default_factory=dict)
    """Keys to set; `null` removes one."""

    pending: Literal["creating", "updating", "deleting", "reading"] | None = None
    """Adds the resource to the pending operations, as this kind; a resource that was being created leaves the state."""


class Taken(BaseModel, extra="forbid", frozen=True):
    """An existing object that the verb `import` takes into the state."""

    type: str
    """Type of the resource."""

    name: str
    """Name that it gets."""

    id: str
    """Id of the object."""

    parent: str = ""
    """Short URN of its parent; empty for the stack."""

    provider: str = ""
    """Short URN of its provider; empty for the default one."""

    protect: bool = True
    """Whether it is protected afterwards."""


class Step(BaseModel, extra="forbid", frozen=True):
    """One run of the engine."""

    verb: Literal["preview", "up", "refresh", "destroy", "import"]
    """What to run; all but `preview` without a preview."""

    take: Taken | None = None
    """What `import` takes into the state."""

    program: str = "main"
    """Function of `program.py` that declares the resources."""

    stack: str = "lab"
    """The stack to run it on."""

    refresh: bool = False
    """Whether to refresh first (`--refresh`)."""

    preview_only: bool = False
    """Whether a refresh or destroy only shows what it would do (`--preview-only`)."""

    target_dependents: bool = False
    """Whether what needs a target is a target as well (`--target-dependents`)."""

    targets: tuple[str, ...] = ()
    """Short URNs (`urn:<type>::<name>`) given with `--target`."""

    world: dict[str, JsonValue] = Field(default_factory=dict)
    """Merge patch (RFC 7386) made to the world before."""

    state: tuple[StateEdit, ...] = ()
    """Edits made to the state before."""

    fails: bool = False
    """Whether the run must fail."""

    says: tuple[str, ...] = ()
    """Words that the diagnostics of either engine contain, in any letter case."""

    refused: str | None = None
    """Why the embedded engine deliberately refuses this step, which must then be the last one."""

    @model_validator(mode="after")
    def _taken_by_import(self) -> Self:
        if (self.verb == "import") != (self.take is not None):
            raise ValueError("take: belongs to the verb `import`, and to no other")
        return self


class Case(BaseModel, extra="forbid", frozen=True):
    """A program and the runs that it goes through."""

    ordered: bool = False
    """Whether the resources form a chain, so that nothing about the order is open."""

    steps: tuple[Step, ...] = Field(min_length=1)
    """The runs, one after the other."""

    @model_validator(mode="after")
    def _refused_last(self) -> Self:
        if any(step.refused for step in self.steps[:-1]):
            raise ValueError("steps: only the last one can be `refused`; split the case")
        return self


def load(folder: Path) -> Case:
    """Return the case in *folder*."""
    return Case.model_validate(yaml.safe_load((folder / "case.yaml").read_text()))
