"""One edge for the tests of this folder."""

from collections.abc import Iterator

import pytest

from rehearsal.bring_up import Wishes, bring_up
from rehearsal.checks.main.runs import check_first_run
from rehearsal.lab import expect_success
from rehearsal.main.bring_up import bring_up_main
from rehearsal.main.edge import Edge
from rehearsal.servers.own_folder import own_folder


@pytest.fixture(scope="package")
def edge() -> Iterator[Edge]:
    """Bring an edge up, with the stacks `postgres` and `main` applied, for the breaks that can be undone."""
    wishes = Wishes(engine="embedded", providers="standin")
    with own_folder() as folder, bring_up(folder, wishes, say=print) as lab:
        expect_success(lab.stack.run("up"))
        with bring_up_main(folder, wishes, lab, say=print) as running:
            check_first_run(running)
            yield running
