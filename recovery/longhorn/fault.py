"""Why data cannot be brought back, as one sentence that helps."""

from pathlib import Path


class FaultError(Exception):
    """A file is not what it must be; names the file, what was expected, what was found and what helps."""

    def __init__(self, file: Path, *, expected: str, found: str, helps: str = "") -> None:
        """Put the sentence together."""
        super().__init__(f"{file}: expected {expected}, found {found}{f'. {helps}' if helps else ''}")
        self.file = file
        self.expected = expected
        self.found = found
        self.helps = helps


class ChainError(FaultError):
    """The folder holds no chain of layers that could be trusted."""


class RefusedError(FaultError):
    """The result cannot go where it was asked to go."""


class NoRoomError(FaultError):
    """The disk of the result has too little room; what was copied so far is kept."""
