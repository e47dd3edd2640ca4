"""A protected dependent that would have to be replaced stops the delete-before-replace before anything is deleted."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Thing


def _declare(text: str, *, protect: bool) -> None:
    first = Thing("first", {"dbr": text})
    second = Thing("second", {"replace": first.token})
    Thing("third", {"replace": second.token}, ResourceOptions(protect=protect))


def main() -> None:
    """Declare a chain whose last is protected."""
    _declare("a", protect=True)


def changed() -> None:
    """Ask for the replacement of the first."""
    _declare("b", protect=True)


def unprotected() -> None:
    """Take the protection off and ask again."""
    _declare("b", protect=False)
