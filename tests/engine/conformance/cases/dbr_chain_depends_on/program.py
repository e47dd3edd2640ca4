"""Delete-before-replace does not take along what only `depends_on` the replaced resource, nor a blind dependent."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Thing


def _declare(text: str) -> None:
    first = Thing("first", {"dbr": text})
    second = Thing("second", {"value": "x", "replace": "same"}, ResourceOptions(depends_on=[first]))
    blind = Thing("blind", {"value": first.token}, ResourceOptions(depends_on=[second]), kind="simple:index:Blind")
    Thing("child", {"value": "y"}, ResourceOptions(parent=first, depends_on=[blind]))


def main() -> None:
    """Declare the resources."""
    _declare("a")


def changed() -> None:
    """Ask for the replacement of the first."""
    _declare("b")
