"""Which generations of a credential can be declared."""

import pytest

from components.generation import Generation


def test_first_generation() -> None:
    """Without a word there is one, the first."""
    assert Generation().numbers == (1,)


def test_kept_generations() -> None:
    """All that live are in order, each once."""
    assert Generation(3, (2, 1, 2)).numbers == (1, 2, 3)


@pytest.mark.parametrize(
    ("current", "kept", "fault"),
    [(0, (), "from 1 on, found 0"), (2, (-1,), "from 1 on, found -1"), (2, (1, 2), "found 2 in both")],
)
def test_generations_that_cannot_be(current: int, kept: tuple[int, ...], fault: str) -> None:
    """A number below one, and one that is to be given out and left over at once, are refused."""
    with pytest.raises(ValueError, match=fault):
        Generation(current, kept)
