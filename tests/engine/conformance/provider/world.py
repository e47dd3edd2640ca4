"""The objects that exist, as the provider sees them."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, Field, JsonValue


class Fault(BaseModel, extra="forbid"):
    """What goes wrong in one kind of call."""

    message: str
    """Text of the error."""

    partial: bool = False
    """Whether the object exists afterwards, as it does when its initialisation fails."""


class Thing(BaseModel, extra="forbid"):
    """One object."""

    type: str
    """Its type token."""

    inputs: dict[str, JsonValue]
    """What it was made from."""


class World(BaseModel, extra="forbid"):
    """Everything the provider knows beyond its requests; a JSON file that a case edits between its steps."""

    objects: dict[str, Thing] = Field(default_factory=dict)
    """The objects, by id."""

    made: dict[str, int] = Field(default_factory=dict)
    """How many objects were made under each name: the next id is the name and the next number."""

    named: dict[str, int] = Field(default_factory=dict)
    """How many names Check has made up for each resource."""

    faults: dict[str, Fault] = Field(default_factory=dict)
    """Calls that fail, by `<method> <name>`, as in `create a`."""

    def new_id(self, name: str) -> str:
        """Return the id of the next object called *name*."""
        self.made[name] = self.made.get(name, 0) + 1
        return f"{name}-{self.made[name]}"

    def new_name(self, name: str) -> str:
        """Return the next name for a resource that was given none."""
        self.named[name] = self.named.get(name, 0) + 1
        return f"{name}-auto-{self.named[name]}"


@contextlib.contextmanager
def opened(path: Path) -> Iterator[World]:
    """Give the world in *path* to the caller alone and write it back afterwards.

    The engine may kill the provider at any moment, so the file is replaced, never written in place.
    """
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        world = World.model_validate_json(path.read_text())
        try:
            yield world
        finally:
            written = path.with_suffix(".new")
            written.write_text(world.model_dump_json(indent=1))
            written.replace(path)
