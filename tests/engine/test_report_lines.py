"""What a person reads of a changed text of many lines."""

import pytest

from engine.report import lines_of_change


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (None, "--- /etc/motd\n+++ /etc/motd\n-old\n+new", ["--- /etc/motd", "+++ /etc/motd", "-old", "+new"]),
        ("one\ntwo\n", "one\n2\n", ["@@ -1,2 +1,2 @@", " one", "-two", "+2"]),
        (None, "\n".join(map(str, range(100))), [*map(str, range(60)), "… 40 more lines"]),
    ],
    ids=["new text", "changed text", "long text"],
)
def test_lines_of_a_change(before: str | None, after: str, shown: list[str]) -> None:
    """A new text is shown as it is, a changed one by its difference, and of a long one the beginning."""
    assert lines_of_change(before, after) == shown
