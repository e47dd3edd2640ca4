"""An update and a delete that were under way when the engine was killed: they are dropped and done again."""

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare a chain."""
    first = Thing("first", {"value": "one"})
    Thing("second", {"value": first.token})
