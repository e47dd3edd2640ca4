"""What is retained is forgotten, never deleted: when it is no longer declared and when it is replaced."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Thing


def _declare(text: str) -> None:
    first = Thing("first", {"replace": text}, ResourceOptions(retain_on_delete=True))
    Thing("second", {"value": first.token, "dbr": text}, ResourceOptions(retain_on_delete=True))


def main() -> None:
    """Declare two resources."""
    _declare("a")


def replaced() -> None:
    """Change what asks for their replacement, created first and deleted first."""
    _declare("b")


def nothing() -> None:
    """Declare nothing at all."""
