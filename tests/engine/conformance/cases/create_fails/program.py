"""A create that fails leaves nothing; one that fails partly leaves a tainted object that the next run updates."""

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare a chain."""
    first = Thing("first", {"value": "one"})
    second = Thing("second", {"value": first.token})
    Thing("third", {"value": second.token})


def replaced() -> None:
    """Replace the second, with the create first."""
    first = Thing("first", {"value": "one"})
    second = Thing("second", {"value": first.token, "replace": "b"})
    Thing("third", {"value": second.token})
