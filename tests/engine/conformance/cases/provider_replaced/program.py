"""A configuration change that asks for a new provider replaces its resources with it."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Provider, Thing


def _declare(text: str) -> None:
    provider = Provider("own", {"replace": text})
    first = Thing("first", {"value": "one"}, ResourceOptions(provider=provider))
    Thing("second", {"value": first.token}, ResourceOptions(provider=provider))


def main() -> None:
    """Declare a provider and two resources."""
    _declare("a")


def changed() -> None:
    """Change what asks for another provider."""
    _declare("b")
