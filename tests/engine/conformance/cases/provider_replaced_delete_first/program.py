"""A provider that is replaced with the delete first takes all its resources along."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Provider, Thing


def _declare(text: str) -> None:
    provider = Provider("own", {"dbr": text})
    first = Thing("first", {"value": "one"}, ResourceOptions(provider=provider))
    second = Thing("second", {"value": first.token}, ResourceOptions(provider=provider))
    Thing("third", {"value": second.token})


def main() -> None:
    """Declare a provider, two resources of it and one of another."""
    _declare("a")


def changed() -> None:
    """Change what asks for another provider."""
    _declare("b")
