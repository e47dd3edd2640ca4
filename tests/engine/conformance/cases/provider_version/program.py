"""Another package version: another default provider, the resources stay; the old one goes."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Thing


def _declare(version: str) -> None:
    first = Thing("first", {"value": "one"}, ResourceOptions(version=version))
    Thing("second", {"value": first.token}, ResourceOptions(version=version))


def main() -> None:
    """Ask for one version."""
    _declare("1.0.0")


def newer() -> None:
    """Ask for the next."""
    _declare("1.1.0-beta.1")
