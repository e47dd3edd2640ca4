"""The way out of the middle of a double's work."""

from rehearsal.doubles.answer import Answer


class RefusedError(Exception):
    """The request is answered with a refusal, and nothing was done."""

    def __init__(self, answer: Answer) -> None:
        """Answer so."""
        super().__init__(f"refused with {answer.status}")
        self.answer = answer
