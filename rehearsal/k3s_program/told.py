"""What was packed with the program when it was assembled."""

import functools
import json
import pkgutil
from typing import NamedTuple

FILE = "told.json"


class Told(NamedTuple):
    """What the program cannot know of itself."""

    version: str
    """Which it says it is, with its `v`."""
    parts: str
    """Folder with the programs that it is made of."""
    stages: str
    """What a simulated kubelet does with nodes and pods."""
    definitions: str
    """The custom resource definitions that k3s brings."""

    def part(self, name: str) -> str:
        """Return the path of the program called *name*."""
        return f"{self.parts}/{name}"


@functools.cache
def told() -> Told:
    """Read it."""
    data = pkgutil.get_data("rehearsal.k3s_program", FILE)
    if data is None:
        raise FileNotFoundError(FILE)
    return Told(**json.loads(data))
