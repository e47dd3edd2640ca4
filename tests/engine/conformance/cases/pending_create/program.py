"""A create that was under way when the engine was killed: nobody knows whether the object exists."""

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare a chain."""
    first = Thing("first", {"value": "one"})
    Thing("second", {"value": first.token})
