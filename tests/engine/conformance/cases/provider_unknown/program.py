"""A provider configured from a value that is unknown in the preview: its resources are neither checked nor compared."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Provider, Thing


def _declare(replace: str) -> None:
    source = Thing("source", {"value": "s", "replace": replace})
    provider = Provider("own", {"value": source.token})
    first = Thing("first", {"value": "one"}, ResourceOptions(provider=provider))
    Thing("second", {"value": first.token}, ResourceOptions(provider=provider))


def main() -> None:
    """Declare a provider made from an output."""
    _declare("a")


def changed() -> None:
    """Make the output unknown again."""
    _declare("b")
