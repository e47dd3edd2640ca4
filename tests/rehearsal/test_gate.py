"""The gate, rehearsed whole."""

import pytest

from rehearsal.bring_up import Wishes
from rehearsal.check_list import CheckList
from rehearsal.gate.bring_up import bring_up_gate
from rehearsal.gate.checks import gate_checks
from rehearsal.servers.own_folder import own_folder
from rehearsal.show import Show

pytestmark = pytest.mark.long


def test_every_check_of_the_gate() -> None:
    """What is reviewed is applied once, and each other thing is refused with its reason."""
    with own_folder() as folder, bring_up_gate(folder, Wishes(), say=print) as forge:
        checks = CheckList(Show(7))
        checks.run_all((), gate_checks(forge))

    assert checks.passed, [result for result in checks.results if result.failed]
