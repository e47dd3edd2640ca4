"""An invoke that is refused, and one that fails, end the program."""

from pulumi.runtime import invoke_output

from tests.engine.conformance.things import Thing


def main() -> None:
    """Ask with a key that is refused."""
    Thing("first", {"value": invoke_output("simple:index:lookup", {"key": "bad"}).apply(str)})


def broken() -> None:
    """Ask with a key that breaks the provider."""
    Thing("first", {"value": invoke_output("simple:index:lookup", {"key": "boom"}).apply(str)})
