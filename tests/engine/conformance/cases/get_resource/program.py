"""An object that is only read: it is in the state as external, read again each time, and never deleted."""

from pulumi import ResourceOptions, export

from tests.engine.conformance.things import Thing


def main() -> None:
    """Read an object and use it."""
    found = Thing("found", {}, ResourceOptions(id="there-7"))
    Thing("user", {"value": found.token, "other": found.echo})
    export("id", found.id)


def late() -> None:
    """Read an object whose id comes from another resource."""
    source = Thing("source", {"value": "x"})
    found = Thing("late", {}, ResourceOptions(id=source.id))
    Thing("user", {"value": found.token, "other": found.echo})
