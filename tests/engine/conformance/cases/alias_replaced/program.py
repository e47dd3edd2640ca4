"""A rename and a replacement in one: the old object is deleted under its new name, first or last."""

from pulumi import Alias, ResourceOptions

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare a chain."""
    first = Thing("first", {"replace": "a"})
    second = Thing("second", {"value": first.token, "dbr": "a"})
    Thing("third", {"value": second.token})


def renamed() -> None:
    """Rename two, and ask for their replacement."""
    first = Thing("primus", {"replace": "b"}, ResourceOptions(aliases=[Alias(name="first")]))
    options = ResourceOptions(aliases=[Alias(name="second")])
    second = Thing("secundus", {"value": first.token, "dbr": "b"}, options)
    Thing("third", {"value": second.token})
