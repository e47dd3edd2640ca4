"""A delete that fails leaves the resource in the state, and what it needs is not deleted."""

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare a chain."""
    first = Thing("first", {"value": "one"})
    second = Thing("second", {"value": first.token})
    Thing("third", {"value": second.token})


def nothing() -> None:
    """Declare nothing at all."""
