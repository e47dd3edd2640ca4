"""`--refresh` before preview and up: drift is read, then repaired, and what vanished is made again, in one run."""

from tests.engine.conformance.things import Thing


def _declare(text: str) -> None:
    first = Thing("first", {"value": text})
    gone = Thing("gone", {"value": first.token})
    Thing("last", {"value": gone.token})


def main() -> None:
    """Declare a chain."""
    _declare("one")


def changed() -> None:
    """Declare what the drift has made already."""
    _declare("drifted")


def shorter() -> None:
    """Declare only the first."""
    Thing("first", {"value": "one"})
