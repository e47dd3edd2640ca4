"""A resource under a new name with an alias is the same resource; without the alias it would be another."""

from pulumi import Alias, ResourceOptions

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare a resource and one that depends on it."""
    first = Thing("first", {"value": "one"})
    Thing("second", {"value": first.token})


def renamed() -> None:
    """Give the first another name."""
    first = Thing("first-renamed", {"value": "one"}, ResourceOptions(aliases=[Alias(name="first")]))
    Thing("second", {"value": first.token})


def renamed_by_urn() -> None:
    """Give it one more name, with the URN as alias, and change a value at the same time."""
    urn = "urn:pulumi:lab::conformance::simple:index:Thing::first-renamed"
    first = Thing("first-again", {"value": "two"}, ResourceOptions(aliases=[urn]))
    Thing("second", {"value": first.token})
