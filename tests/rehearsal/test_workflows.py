"""The real workflows, done by a runner for a real Gitea."""

import pytest

from rehearsal.bring_up import Wishes, bring_up
from rehearsal.check_list import CheckList
from rehearsal.checks.main.runs import check_first_run
from rehearsal.gate.own_repository import own_repository
from rehearsal.gate.workflow_checks import workflow_checks
from rehearsal.lab import expect_success
from rehearsal.main.bring_up import bring_up_main
from rehearsal.servers.own_folder import own_folder
from rehearsal.show import Show

pytestmark = pytest.mark.long

WISHES = Wishes(engine="embedded", providers="standin")


def test_a_pull_request_from_its_plan_to_its_apply() -> None:
    """What is proposed is planned, and applied when it is merged, by the files that production has."""
    with own_folder() as folder, bring_up(folder, WISHES, say=print) as lab:
        expect_success(lab.stack.run("up"))
        with bring_up_main(folder, WISHES, lab, say=print) as edge:
            check_first_run(edge)
            with own_repository(folder / "own", edge) as repository:
                checks = CheckList(Show(3))
                checks.run_all((), workflow_checks(repository))

    assert checks.passed, [result for result in checks.results if result.failed]
