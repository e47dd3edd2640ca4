"""A report in, what the page says of it out."""

from rehearsal.check_list import CheckResult
from rehearsal.parity import PartUsed
from rehearsal.report import Report
from rehearsal.report_page import report_page


def test_phases_and_hosts_have_lanes() -> None:
    """Checks stand in the lane of their phase; a layer of a host lasts from the end of the one before it."""
    report = Report(
        checks=[
            CheckResult(name="first up", passed=True, seconds=2.0, began=100.0),
            CheckResult(name="main drift: shown", passed=False, seconds=1.0, began=103.0, message="expected a change"),
            CheckResult(name="hosts: second up", passed=True, seconds=4.0, began=101.0, figures="0.3 s"),
            CheckResult(name="postgres on pi2: first up", passed=True, seconds=1.0, began=105.0),
            CheckResult(name="never begun", passed=False, seconds=0.0, message="not run"),
        ],
        parts=[PartUsed(name="k3s", production="1.34.3", used="stand-in", same=False)],
        runs={},
        layers={"pi1": [("disks", 103.0), ("base", 101.0)]},
    )
    page = report_page(report)

    assert [(lane.name, len(lane.bars)) for lane in page.lanes] == [
        ("postgres", 1),
        ("main", 1),
        ("hosts", 2),
        ("pi1", 2),
    ]
    assert [(bar.name, bar.seconds) for bar in page.lanes[-1].bars] == [("base", 0.0), ("disks", 2.0)]
    assert page.verdict == "failed: main drift: shown, never begun. 3 of 5 checks passed"
    assert not page.good
    assert page.verdicts[1].text == "expected a change"
    assert page.tables[0].rows == [["k3s", "1.34.3", "stand-in", "no"]]
