"""Custom timeouts reach the provider in seconds; one that is reached fails the step."""

from pulumi import CustomTimeouts, ResourceOptions

from tests.engine.conformance.things import Thing


def _declare(takes: int, timeouts: CustomTimeouts | None) -> None:
    first = Thing("first", {"value": "one", "takes": takes}, ResourceOptions(custom_timeouts=timeouts))
    Thing("second", {"value": first.echo})


def main() -> None:
    """Give enough time."""
    _declare(60, CustomTimeouts(create="2m", update="1h30m", delete="90s"))


def changed() -> None:
    """Need more than there is for an update."""
    _declare(6000, CustomTimeouts(create="2m", update="1h30m", delete="90s"))


def longer() -> None:
    """Give more, but not for the delete."""
    _declare(6000, CustomTimeouts(update="1h50m", delete="1m30s"))


def nothing() -> None:
    """Declare nothing at all."""
