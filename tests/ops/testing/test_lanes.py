"""Groups of tests that run side by side."""

from pathlib import Path

import pytest

from ops.testing.lanes import run_lanes

TOO_LONG = 30


def _lane(folder: Path, name: str, body: str) -> list[str]:
    (folder / f"test_{name}.py").write_text(f"import time, pathlib\n\ndef test_{name}():\n    {body}\n")
    return ["-q", "-p", "no:cacheprovider", f"{folder}/test_{name}.py"]


def _awaits(mine: Path, other: Path) -> str:
    return (
        f"pathlib.Path({str(mine)!r}).touch()\n    for _ in range({TOO_LONG * 10}):\n        "
        f"if pathlib.Path({str(other)!r}).exists():\n            return\n        time.sleep(0.1)\n    assert False"
    )


def test_lanes_run_at_the_same_time(tmp_path: Path) -> None:
    """Each of two lanes waits for what the other one does: one after the other, both would fail."""
    one, two = tmp_path / "one", tmp_path / "two"
    lanes = {
        "first": _lane(tmp_path, "one", _awaits(one, two)),
        "second": _lane(tmp_path, "two", _awaits(two, one)),
    }

    assert run_lanes(lanes, inside=tmp_path) == 0


@pytest.mark.parametrize("failing", ["first", "second"])
def test_failure_of_any_lane_counts(failing: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """One failed test in any lane is the result of all, and is shown."""
    lanes = {
        name: _lane(tmp_path, name, "assert 'broken' == ''" if name == failing else "assert True")
        for name in ("first", "second")
    }

    code = run_lanes(lanes, inside=tmp_path)

    shown = capfd.readouterr().out
    assert code == 1
    assert f"-- {failing}: failed" in shown
    assert "'broken' == ''" in shown
    assert shown.count("passed") >= 2
