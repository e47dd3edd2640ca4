"""Delete-before-replace takes along the dependents whose own replacement follows from the changed property."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Thing


def _declare(text: str) -> None:
    first = Thing("first", {"dbr": text})
    by_property = Thing("by-property", {"replace": first.token})
    mere_update = Thing("mere-update", {"value": first.token, "other": by_property.echo})
    Thing("further", {"replace": by_property.token, "value": mere_update.echo}, kind="simple:index:Plain")
    Thing("unaffected", {"value": by_property.echo}, ResourceOptions(depends_on=[mere_update]))


def main() -> None:
    """Declare a chain."""
    _declare("a")


def changed() -> None:
    """Ask for the replacement of the first."""
    _declare("b")
