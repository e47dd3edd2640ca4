"""Explicit providers, for a resource, through a component and by package; the default one for the rest."""

from pulumi import Output, ResourceOptions

from tests.engine.conformance.things import Group, Provider, Thing


def _declare(password: str) -> None:
    one = Provider("one", {"value": "x", "password": Output.secret(password), "list": [1, True]})
    first = Thing("first", {"value": "one"}, ResourceOptions(provider=one))
    other = Provider("other", {}, ResourceOptions(depends_on=[first]), package="other")
    group = Group("group", ResourceOptions(providers=[one, other]))
    second = Thing("second", {"value": first.echo}, ResourceOptions(parent=group))
    third = Thing("third", {"value": second.echo}, ResourceOptions(parent=group), kind="other:index:Thing")
    group.register_outputs({})
    Thing("fourth", {"value": third.echo})


def main() -> None:
    """Declare three providers and four resources."""
    _declare("s3cret")


def changed() -> None:
    """Change the configuration of one in place."""
    _declare("0ther")
