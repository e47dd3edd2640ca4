"""A provider that refuses its configuration: its resources fail, nothing is made."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Provider, Thing


def main() -> None:
    """Declare a provider and a resource."""
    provider = Provider("own", {"value": "x"})
    Thing("first", {"value": "one"}, ResourceOptions(provider=provider))
