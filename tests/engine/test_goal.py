"""Declarations read from the wire: durations."""

import pytest

from engine.goal import seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5m", 300.0),
        ("1h30m", 5400.0),
        ("1.5h", 5400.0),
        ("90s", 90.0),
        ("500ms", 0.5),
        ("1m0.5s", 60.5),
        ("10us", 1e-5),
        ("10µs", 1e-5),
        ("3ns", 3e-9),
    ],
)
def test_seconds(text: str, expected: float) -> None:
    """A duration is the sum of its parts."""
    assert seconds(text) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", "5", "m", "5 m", "5m!", "1h30", "-5m", "..s"])
def test_seconds_refuses(text: str) -> None:
    """What is no duration is refused with an example."""
    with pytest.raises(ValueError, match="expected a duration such as 5m or 1h30m"):
        seconds(text)
