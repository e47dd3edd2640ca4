"""Only targets are changed, made and deleted; what they need and the rest stays as it is."""

from tests.engine.conformance.things import Thing


def _declare(text: str) -> None:
    first = Thing("first", {"value": text})
    second = Thing("second", {"value": first.echo, "other": text})
    Thing("third", {"value": second.token, "other": text})
    Thing("lonely", {"value": text})


def main() -> None:
    """Declare a chain and one more."""
    _declare("a")


def changed() -> None:
    """Change them all."""
    _declare("b")


def more() -> None:
    """Declare a new one beside them."""
    _declare("b")
    Thing("new", {"value": "n"})
    Thing("newer", {"value": "n"})


def fewer() -> None:
    """Keep only the first two."""
    first = Thing("first", {"value": "b"})
    Thing("second", {"value": first.echo, "other": "b"})
