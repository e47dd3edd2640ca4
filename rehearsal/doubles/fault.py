"""What a double is told to spoil."""

import dataclasses
import re
from typing import Literal, TypeAlias

from rehearsal.doubles.request import Request

Kind: TypeAlias = Literal[
    "too many requests", "fail before", "fail after", "cut before", "cut after", "slow", "stale reads"
]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Fault:
    """What happens to requests of one sort; `before` and `after` the double has done what was asked."""

    kind: Kind
    """`fail` answers with `status`, `cut` not at all, `slow` later; after `stale reads` nothing new is shown at first.

    `stale reads` does what is asked and answers as usual; for the next `reads` questions that fit `read_path` the
    double then answers as if it had not.
    """
    method: str = ".*"
    """Method, a pattern for all of it."""
    path: str = ".*"
    """Path below the double's address, a pattern for all of it."""
    times: int = 1
    """How many requests are spoiled."""
    after: int = 0
    """How many that fit are answered as usual first."""
    status: int = 500
    """Status of a failure."""
    retry_after: str | None = "1"
    """Header of "too many requests"."""
    seconds: float = 0.0
    """How slow."""
    reads: int | None = None
    """How many questions are answered from before; by itself one after `stale reads`, and none after other faults."""
    read_path: str = ".*"
    """Path of these questions, a pattern for all of it."""

    @property
    def stale_reads(self) -> int:
        """Return how many questions are answered from before."""
        return self.reads if self.reads is not None else int(self.kind == "stale reads")

    def fits(self, request: Request) -> bool:
        """Tell whether *request* is of this sort."""
        return bool(re.fullmatch(self.method, request.method) and re.fullmatch(self.path, request.path))

    def is_read(self, request: Request) -> bool:
        """Tell whether *request* is one of the questions that are answered from before."""
        return request.method in {"GET", "HEAD"} and bool(re.fullmatch(self.read_path, request.path))
