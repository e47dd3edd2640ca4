"""A name made up by Check is kept while the resource lives, and made up anew for its replacement."""

from tests.engine.conformance.things import Thing


def _declare(value: str, *, replace: str) -> None:
    first = Thing("first", {"value": value, "replace": replace}, kind="simple:index:Named")
    Thing("second", {"value": first.echo, "dbr": replace}, kind="simple:index:Named")


def main() -> None:
    """Declare two resources without names."""
    _declare("a", replace="a")


def changed() -> None:
    """Change a value."""
    _declare("b", replace="a")


def replaced() -> None:
    """Ask for a replacement."""
    _declare("b", replace="b")
