"""A provider without handshake and without previews: a preview makes up the outputs from the inputs."""

from pulumi import export

from tests.engine.conformance.things import Thing


def _declare(text: str) -> None:
    first = Thing("first", {"value": text}, kind="other:index:Thing")
    second = Thing("second", {"value": first.echo, "other": first.token}, kind="other:index:Thing")
    export("token", second.token)


def main() -> None:
    """Declare a chain."""
    _declare("a")


def changed() -> None:
    """Change its begin."""
    _declare("b")
