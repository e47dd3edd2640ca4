"""An object that cannot be asked: the refresh fails, what it knew stays."""

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare one resource."""
    Thing("first", {"value": "one"})
