"""A replacement that deletes first, asked for by the provider and by the option."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Thing


def _declare(text: str) -> None:
    first = Thing("by-provider", {"value": "one", "dbr": text})
    Thing("by-option", {"value": first.echo, "replace": text}, ResourceOptions(delete_before_replace=True))


def main() -> None:
    """Declare two resources."""
    _declare("a")


def changed() -> None:
    """Change what asks for a replacement."""
    _declare("b")
