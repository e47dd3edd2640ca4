"""The check of objects whose answers are lost: it passes on a sound edge, and not without a loss."""

import pytest

from rehearsal.check_list import CheckFailedError
from rehearsal.checks.main.taken_over import check_taken_over
from rehearsal.doubles.fault import Fault
from rehearsal.main.edge import Edge

pytestmark = [pytest.mark.slow, pytest.mark.long]


def test_objects_are_taken_over(edge: Edge) -> None:
    """One import for each object is enough for a run that succeeds, and the run after it changes nothing."""
    assert check_taken_over(edge).startswith("4 answers lost")


def test_answer_that_was_not_lost_is_noticed(edge: Edge) -> None:
    """An answer that nobody asked for proves nothing."""
    edge.clouds.cloudflare.fault(Fault(kind="cut after", method="POST", path="/nowhere"))

    with pytest.raises(CheckFailedError, match="expected every answer to be lost once, nothing came for /nowhere"):
        check_taken_over(edge)
