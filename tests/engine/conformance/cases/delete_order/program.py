"""Resources that are no longer declared go in the reverse order of their making; then their provider goes."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Group, Thing


def main() -> None:
    """Declare a chain by property, by `depends_on` and by parent."""
    first = Thing("first", {"value": "one"})
    second = Thing("second", {"value": first.token})
    third = Thing("third", {"value": "three"}, ResourceOptions(depends_on=[second]))
    group = Group("group", ResourceOptions(depends_on=[third]))
    Thing("child", {"value": "four"}, ResourceOptions(parent=group))
    group.register_outputs({})


def shorter() -> None:
    """Keep only the first."""
    Thing("first", {"value": "one"})


def nothing() -> None:
    """Declare nothing at all."""
