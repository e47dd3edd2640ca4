"""Everything goes, in reverse order, components, providers and the stack itself included; then again on nothing."""

from pulumi import Output, ResourceOptions, export

from tests.engine.conformance.things import Group, Provider, Thing


def main() -> None:
    """Declare a chain through a component with an own provider."""
    provider = Provider("own", {"value": Output.secret("x")})
    group = Group("group", ResourceOptions(provider=provider))
    first = Thing("first", {"value": "one"}, ResourceOptions(parent=group))
    second = Thing("second", {"value": first.token}, ResourceOptions(parent=group))
    group.register_outputs({"token": second.token})
    third = Thing("third", {"value": second.token}, ResourceOptions(retain_on_delete=True))
    Thing("fourth", {"value": third.token})
    export("token", third.token)
