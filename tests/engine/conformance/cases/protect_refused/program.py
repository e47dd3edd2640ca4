"""A protected resource is neither replaced nor deleted, until the protection is taken off; children inherit it."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Group, Thing


def _declare(replace: str, *, protect: bool) -> None:
    group = Group("group", ResourceOptions(protect=protect))
    child = Thing("child", {"value": "two"}, ResourceOptions(parent=group))
    group.register_outputs({})
    Thing("kept", {"value": child.echo, "replace": replace}, ResourceOptions(protect=protect))


def main() -> None:
    """Declare one protected resource and one whose component is protected."""
    _declare("a", protect=True)


def replaced() -> None:
    """Change what asks for a replacement."""
    _declare("b", protect=True)


def nothing() -> None:
    """Declare nothing at all."""


def unprotected() -> None:
    """Take the protection off."""
    _declare("a", protect=False)
