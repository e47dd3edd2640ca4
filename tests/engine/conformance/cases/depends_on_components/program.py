"""`depends_on` a component means all that is in it, children declared later included; through nested components."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Group, Thing


def main() -> None:
    """Declare two components, the second after the first, and resources after each."""
    one = Group("one")
    inner = Group("one-inner", ResourceOptions(parent=one))
    first = Thing("first", {"value": "a"}, ResourceOptions(parent=inner))
    second = Thing("second", {"value": "b"}, ResourceOptions(parent=inner, depends_on=[first]))
    inner.register_outputs({})
    one.register_outputs({})
    two = Group("two", ResourceOptions(depends_on=[one]))
    third = Thing("third", {"value": "c"}, ResourceOptions(parent=two))
    two.register_outputs({})
    Thing("fourth", {"value": "d"}, ResourceOptions(depends_on=[two, second]))
    Thing("fifth", {"value": third.echo}, ResourceOptions(depends_on=[one]))


def nothing() -> None:
    """Declare nothing at all."""
