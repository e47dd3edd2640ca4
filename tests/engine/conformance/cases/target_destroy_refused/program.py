"""Destroying a target that others need is refused, unless they are meant as well."""

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare a chain."""
    first = Thing("first", {"value": "a"})
    second = Thing("second", {"value": first.token})
    third = Thing("third", {"value": second.token})
    Thing("fourth", {"value": third.token})
