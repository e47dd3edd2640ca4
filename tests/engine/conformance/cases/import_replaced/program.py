"""The import option over a resource that is there already under another id: it is replaced by the imported one."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Thing


def _declare(opts: ResourceOptions, *, replace: str) -> None:
    first = Thing("first", {"value": "found", "replace": replace}, opts)
    Thing("second", {"value": first.token})


def main() -> None:
    """Make a resource."""
    _declare(ResourceOptions(), replace="a")


def imported() -> None:
    """Import another object in its place."""
    _declare(ResourceOptions(import_="there-7"), replace="a")


def replaced() -> None:
    """Keep the option while a change asks for a replacement."""
    _declare(ResourceOptions(import_="there-7"), replace="b")


def freed() -> None:
    """Drop the option and replace."""
    _declare(ResourceOptions(), replace="b")
