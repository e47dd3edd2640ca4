"""Secrets are taken out of texts."""

import pytest

from hosts.worker.masked import masked


@pytest.mark.parametrize(
    ("text", "secrets", "shown"),
    [
        ("password hunter2 is wrong", ["hunter2"], "password [secret] is wrong"),
        ("abcdef", ["abc", "abcdef"], "[secret]"),
        ("line-two-of-the-key", ["BEGIN\nline-two-of-the-key\nEND"], "[secret]"),
        ("END of a text", ["BEGIN\nline-two-of-the-key\nEND"], "END of a text"),
        ("nothing", [""], "nothing"),
    ],
    ids=["word", "longest first", "line of a key", "short line", "empty"],
)
def test_masked(text: str, secrets: list[str], shown: str) -> None:
    """A secret and each longer line of it is replaced; an empty one changes nothing."""
    assert masked(text, secrets) == shown
