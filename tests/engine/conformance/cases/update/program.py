"""A change in place, seen through each way in which a provider can answer a diff."""

from pulumi import Input, export

from tests.engine.conformance.things import Thing


def _declare(settings: dict[str, Input[object]], *, value: str) -> None:
    detailed = Thing("detailed", {"value": value, "settings": settings})
    Thing("plain", {"value": value, "settings": settings}, kind="simple:index:Plain")
    Thing("blind", {"value": value, "settings": settings}, kind="simple:index:Blind")
    Thing("dependent", {"value": detailed.echo, "other": detailed.token})
    export("echo", detailed.echo)


def main() -> None:
    """Declare the resources as they are first."""
    _declare({"size": 3, "tags": ["x", "y"], "gone": "soon"}, value="one")


def changed() -> None:
    """Change a value, add a key, remove one, change an element of a list."""
    _declare({"size": 3, "tags": ["x", "z"], "new": True}, value="two")
