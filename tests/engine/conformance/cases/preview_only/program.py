"""A refresh and a destroy that only show what they would do leave the state as it is."""

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare a chain."""
    first = Thing("first", {"value": "one"})
    second = Thing("second", {"value": first.echo})
    Thing("third", {"value": second.token})
