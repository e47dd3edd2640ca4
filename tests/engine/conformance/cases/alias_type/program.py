"""A resource of a new type with an alias is the same resource, updated; its Diff is asked under the new type."""

from pulumi import Alias, ResourceOptions

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare a resource and one that depends on it."""
    first = Thing("first", {"value": "one"})
    Thing("second", {"value": first.token})


def retyped() -> None:
    """Give the first another type."""
    opts = ResourceOptions(aliases=[Alias(type_="simple:index:Thing")])
    first = Thing("first", {"value": "one"}, opts, kind="simple:index:Plain")
    Thing("second", {"value": first.token})


def retyped_and_changed() -> None:
    """Change a value under the new type."""
    opts = ResourceOptions(aliases=[Alias(type_="simple:index:Thing")])
    first = Thing("first", {"value": "two"}, opts, kind="simple:index:Plain")
    Thing("second", {"value": first.token})
