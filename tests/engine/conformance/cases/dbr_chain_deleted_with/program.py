"""Delete-before-replace takes along what goes with the replaced container, and deletes only the container."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Thing


def _declare(text: str) -> None:
    container = Thing("container", {"dbr": text})
    content = Thing("content", {"value": "fixed"}, ResourceOptions(deleted_with=container))
    Thing("user", {"value": content.token})


def main() -> None:
    """Declare a container and its content."""
    _declare("a")


def changed() -> None:
    """Ask for the replacement of the container."""
    _declare("b")
