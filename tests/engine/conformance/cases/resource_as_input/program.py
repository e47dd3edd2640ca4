"""A resource given as an input: a provider that takes none gets its id, or its URN where it has no id."""

from pulumi import export

from tests.engine.conformance.things import Group, Thing


def main() -> None:
    """Give a resource and a component as inputs."""
    first = Thing("first", {"value": "one"})
    group = Group("group")
    group.register_outputs({})
    Thing("second", {"value": first, "settings": {"list": [first, "x"], "group": group}})
    export("resources", [first.id, group.urn])
