"""An update that fails keeps the old state; one that fails partly keeps old inputs with new outputs and is repeated."""

from tests.engine.conformance.things import Thing


def _declare(text: str) -> None:
    first = Thing("first", {"value": text, "other": 1})
    Thing("second", {"value": first.echo})


def main() -> None:
    """Declare a chain."""
    _declare("a")


def changed() -> None:
    """Change it."""
    _declare("b")
