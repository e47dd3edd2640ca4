"""An object that exists is taken by the verb `import` into an empty state; the program then declares it."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Thing


def _declare(value: str) -> None:
    inputs = {"value": value, "settings": {"list": [1, "two"]}}
    first = Thing("first", inputs, ResourceOptions(protect=True))
    Thing("second", {"value": first.token})


def main() -> None:
    """Declare it as it is, and one that needs it."""
    _declare("found")


def changed() -> None:
    """Change it."""
    _declare("other")
