"""When the provider leaves the comparison to the engine: what counts as a change, and under which path."""

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare a resource with nested values."""
    inputs = {"list": [1, 2, {"a": 1}], "object": {"keep": 1, "drop": 2, "change": 3}, "text": "a", "dotted.key": 1}
    Thing("first", inputs, kind="simple:index:Blind")


def changed() -> None:
    """Change them in every way."""
    inputs = {"list": [1, 3, {"a": 2}, 4], "object": {"keep": 1, "add": 2, "change": [3]}, "new": {}, "dotted.key": 2}
    Thing("first", inputs, kind="simple:index:Blind")


def plain() -> None:
    """Declare it with a provider that names the top-level properties."""
    inputs = {"list": [1, 3, {"a": 2}, 5], "object": {"keep": 2, "add": 2, "change": [3]}, "dotted.key": 3}
    Thing("first", inputs, kind="simple:index:Blind")
