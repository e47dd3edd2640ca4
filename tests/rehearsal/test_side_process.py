"""One side of a rehearsal in a process of its own."""

import io
import time
from pathlib import Path

import pytest
from rich.console import Console

from rehearsal.bring_up import Wishes
from rehearsal.check_list import CheckFailedError, CheckList
from rehearsal.interruption import Interrupted
from rehearsal.outcome import Outcome
from rehearsal.servers.server_process import ServerError
from rehearsal.show import Show
from rehearsal.side_process import Side, SideProcess


def telling(folder: Path, wishes: Wishes, show: Show) -> Outcome:
    """Pass one check and fail another."""
    del folder, wishes
    checks = CheckList(show)

    def fail() -> None:
        raise CheckFailedError("expected a,\nfound b")

    show.expect(2)
    checks.run_all([], [("good", lambda: "1.5 s"), ("bad", fail)])
    return Outcome(checks=checks.results)


def ending(folder: Path, wishes: Wishes, show: Show) -> Outcome:
    """Say why nothing could be looked at."""
    del folder, wishes, show
    raise ServerError("gone")


def dying(folder: Path, wishes: Wishes, show: Show) -> Outcome:
    """End without a word."""
    del folder, wishes, show
    raise SystemExit(7)


def waiting(folder: Path, wishes: Wishes, show: Show) -> Outcome:
    """Make a file, and clear it away however it ends."""
    del wishes
    made = folder / "made"
    made.touch()
    try:
        show.say("made")
        time.sleep(600)
    finally:
        # Cleaning takes its time, and is waited for.
        time.sleep(0.5)
        made.unlink()
    return Outcome()


def _begin(side: Side, folder: Path, output: io.StringIO) -> SideProcess:
    show = Show(0, console=Console(file=output, width=100))
    return SideProcess(side, folder=folder, wishes=Wishes(), show=show.side("machines"))


def test_what_it_tells_is_shown_with_its_name(tmp_path: Path) -> None:
    """Each line of a side begins with its name, and its checks are those of the report."""
    output = io.StringIO()

    with _begin(telling, tmp_path, output) as side:
        found = side.outcome()

    assert [(check.name, check.passed) for check in found.checks] == [("good", True), ("bad", False)]
    assert output.getvalue().splitlines() == [
        "machines: …      good",
        "machines: passed good (0.0 s)",
        "machines:        1.5 s",
        "machines: …      bad",
        "machines: FAILED bad (0.0 s)",
        "machines:        expected a,",
        "machines:        found b",
    ]


@pytest.mark.parametrize(("side", "message"), [(ending, "^gone$"), (dying, "its process ended")])
def test_what_ends_it_is_raised_where_it_is_waited_for(tmp_path: Path, side: Side, message: str) -> None:
    """An error of the side has its own words; a process that ended without any is an error too."""
    with pytest.raises(ServerError, match=message), _begin(side, tmp_path, io.StringIO()) as running:
        running.outcome()


def _interrupt_when_there(made: Path) -> None:
    deadline = time.monotonic() + 60
    while not made.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert made.exists()
    raise Interrupted(2)


def test_interrupted_it_clears_away_and_is_waited_for(tmp_path: Path) -> None:
    """Nothing of the side is left when the interruption of whoever began it goes on."""
    with pytest.raises(Interrupted), _begin(waiting, tmp_path, io.StringIO()):
        _interrupt_when_there(tmp_path / "made")

    assert not (tmp_path / "made").exists()
