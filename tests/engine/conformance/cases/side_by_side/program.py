"""Many resources at once, between one that all need and one that needs all."""

from tests.engine.conformance.things import Thing


def _declare(text: str) -> None:
    first = Thing("first", {"value": text})
    middle = [Thing(f"middle-{number}", {"value": first.echo, "other": number}) for number in range(12)]
    Thing("last", {"settings": [thing.echo for thing in middle]})


def main() -> None:
    """Declare them."""
    _declare("a")


def changed() -> None:
    """Change the first, and with it all."""
    _declare("b")


def nothing() -> None:
    """Declare nothing at all."""
