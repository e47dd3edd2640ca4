"""An imported object that is not as declared is changed right after; what is not there cannot be imported."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare another value than the object has."""
    Thing("first", {"value": "wanted"}, ResourceOptions(import_="there-7"))


def missing() -> None:
    """Name an object that does not exist."""
    Thing("first", {"value": "wanted"}, ResourceOptions(import_="nowhere-1"))


def replacing() -> None:
    """Declare what the object could only become by a replacement."""
    Thing("second", {"replace": "b"}, ResourceOptions(import_="there-8"))


def ignoring() -> None:
    """Ignore the difference."""
    Thing("third", {"value": "wanted"}, ResourceOptions(import_="there-9", ignore_changes=["value"]))
