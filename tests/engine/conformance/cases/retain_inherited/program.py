"""The engine hands `retain_on_delete`, `deleted_with` and the provider of a component on to its children."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Group, Provider, Thing


def main() -> None:
    """Declare two components with one child each."""
    provider = Provider("own", {"value": "x"})
    kept = Group("kept", ResourceOptions(retain_on_delete=True, provider=provider))
    first = Thing("first", {"value": "one"}, ResourceOptions(parent=kept))
    inner = Group("inner", ResourceOptions(parent=kept))
    second = Thing("second", {"value": first.echo}, ResourceOptions(parent=inner))
    inner.register_outputs({})
    kept.register_outputs({})
    room = Thing("room", {"value": second.echo})
    inside = Group("inside", ResourceOptions(deleted_with=room))
    Thing("third", {"value": room.echo}, ResourceOptions(parent=inside))
    inside.register_outputs({})


def nothing() -> None:
    """Declare nothing at all."""
