"""What is made on an empty stack, in which order, and with which values known in the preview."""

import pulumi

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare a chain of two resources and an output."""
    first = Thing("first", {"value": "one", "settings": {"size": 3, "tags": ["x", "y"], "on": True}})
    second = Thing("second", {"value": first.token})
    pulumi.export("token", second.token)
    pulumi.export("echo", first.echo)
