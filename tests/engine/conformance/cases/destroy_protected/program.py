"""A protected resource stops a destroy when its turn comes: what needs it is gone by then."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare a chain whose first is protected."""
    first = Thing("first", {"value": "one"}, ResourceOptions(protect=True))
    second = Thing("second", {"value": first.token})
    Thing("third", {"value": second.token})
