"""What the lab's drift issue says about stacks that this run did not ask."""

import re
from collections.abc import Collection
from dataclasses import dataclass

SINCE = re.compile(
    r"<!-- factory:since (?P<mark>[0-9a-f]{16}) (?P<since>[0-9T:+Z-]{10,32})(?: (?P<stack>[\w.-]+))? -->"
)
"""The last line of each entry."""


@dataclass(frozen=True, kw_only=True)
class OtherEntry:
    """One entry that stays as it is."""

    stack: str
    """Stack that it belongs to."""
    text: str
    """Its lines."""


def other_entries(text: str, *, asked: Collection[str]) -> list[OtherEntry]:
    """Return the entries of the *text* of an issue about other stacks than those *asked*."""
    found = []
    for entry in text.replace("\r\n", "\n").split("\n\n"):
        match = SINCE.fullmatch(entry.rpartition("\n")[2])
        if match and match["stack"] and match["stack"] not in asked:
            found.append(OtherEntry(stack=match["stack"], text=entry))
    return found
