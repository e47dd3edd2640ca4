"""Whether a Docker daemon has an image."""

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.facts import FactBase


class ImageThere(FactBase[bool]):
    """Whether the image `tag` is there; False where no daemon answers, as on a bare machine."""

    def command(self, tag: str) -> StringCommand:
        """Ask the daemon."""
        there = ("if docker image inspect", QuoteString(tag), ">/dev/null 2>&1; then echo yes; else echo no; fi")
        return StringCommand(*there)

    def process(self, output: list[str]) -> bool:
        """Return the answer."""
        return output == ["yes"]
