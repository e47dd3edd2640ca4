"""A target whose dependency is new and not a target is refused; with the dependency it goes through."""

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare nothing but the first."""
    Thing("first", {"value": "a"})


def more() -> None:
    """Declare a chain of new ones."""
    first = Thing("first", {"value": "a"})
    second = Thing("second", {"value": first.token})
    Thing("third", {"value": second.token})
