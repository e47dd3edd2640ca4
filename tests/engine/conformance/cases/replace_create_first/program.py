"""A replacement that creates first: the dependent sees an unknown in the preview, the old one goes last."""

from tests.engine.conformance.things import Thing


def _declare(replace: str) -> None:
    first = Thing("first", {"value": "one", "replace": replace})
    second = Thing("second", {"value": first.token})
    Thing("third", {"value": second.token})


def main() -> None:
    """Declare a chain."""
    _declare("a")


def changed() -> None:
    """Change what asks for a replacement."""
    _declare("b")
