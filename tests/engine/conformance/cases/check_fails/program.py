"""Inputs that the provider refuses, and a comparison that it cannot make: nothing is changed."""

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare a chain."""
    first = Thing("first", {"value": "one"})
    Thing("second", {"value": first.token})


def changed() -> None:
    """Change the second."""
    first = Thing("first", {"value": "one"})
    Thing("second", {"value": first.token, "other": 1})
