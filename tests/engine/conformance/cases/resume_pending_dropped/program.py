"""An entry that is pending replacement and no longer declared is only forgotten; a refresh leaves it alone."""

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare a chain."""
    first = Thing("first", {"value": "one", "dbr": "a"})
    Thing("second", {"value": first.token})


def changed() -> None:
    """Replace the first, with the delete first."""
    first = Thing("first", {"value": "one", "dbr": "b"})
    Thing("second", {"value": first.token})


def nothing() -> None:
    """Declare nothing at all."""
