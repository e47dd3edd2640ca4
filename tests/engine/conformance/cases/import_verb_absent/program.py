"""What does not exist cannot be imported; the state stays as it was."""

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare something else."""
    Thing("first", {"value": "a"})
