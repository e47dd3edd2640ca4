"""A delete-before-replace whose create failed: the old entry stays as pending, and the next run only creates."""

from tests.engine.conformance.things import Thing


def _declare(text: str) -> None:
    first = Thing("first", {"value": "one", "dbr": text})
    Thing("second", {"value": first.token})


def main() -> None:
    """Declare a chain."""
    _declare("a")


def changed() -> None:
    """Replace the first, with the delete first."""
    _declare("b")
