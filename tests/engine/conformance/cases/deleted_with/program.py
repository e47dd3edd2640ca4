"""What goes with its container is not deleted by itself, unless the container stays; replaced with it, too."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Thing


def _declare(*, replace: str, inside: bool) -> None:
    container = Thing("container", {"value": "box", "replace": replace})
    content = Thing("content", {"value": container.echo}, ResourceOptions(deleted_with=container))
    if inside:
        Thing("extra", {"value": content.echo}, ResourceOptions(deleted_with=container))


def main() -> None:
    """Declare a container, its content and one thing more."""
    _declare(replace="a", inside=True)


def without_extra() -> None:
    """Drop the extra thing; its container stays."""
    _declare(replace="a", inside=False)


def replaced() -> None:
    """Replace the container."""
    _declare(replace="b", inside=False)


def nothing() -> None:
    """Declare nothing at all."""
