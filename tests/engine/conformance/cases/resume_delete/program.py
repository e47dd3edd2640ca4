"""A replacement whose old object could not be deleted: it stays marked until a later run deletes it."""

from tests.engine.conformance.things import Thing


def _declare(replace: str, *, value: str = "one") -> None:
    first = Thing("first", {"value": value, "replace": replace})
    Thing("second", {"value": first.token})


def main() -> None:
    """Declare a chain."""
    _declare("a")


def changed() -> None:
    """Replace the first."""
    _declare("b")


def changed_again() -> None:
    """Change the new one in place."""
    _declare("b", value="two")
