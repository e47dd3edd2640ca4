"""A refresh and a destroy while an old object still waits for its deletion."""

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare one resource."""
    Thing("first", {"value": "one", "replace": "a"})


def changed() -> None:
    """Replace it."""
    Thing("first", {"value": "one", "replace": "b"})
