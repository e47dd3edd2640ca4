"""An object is imported below a component, with a provider of its own, unprotected; undeclared again, it is deleted."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Group, Provider, Thing


def _declare(*, both: bool) -> None:
    one = Provider("one", {"value": "x"})
    group = Group("group", ResourceOptions(providers=[one]))
    Thing("first", {"value": "a"}, ResourceOptions(parent=group))
    if both:
        Thing("second", {"value": "found"}, ResourceOptions(parent=group))
    group.register_outputs({})


def main() -> None:
    """Declare the component and one thing in it."""
    _declare(both=False)


def both() -> None:
    """Declare the imported one as well."""
    _declare(both=True)
