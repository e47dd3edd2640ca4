"""One command of a page."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Command:
    """What is typed at one prompt, as the page has it."""

    section: str
    """The heading that it stands under; the page's title before the first section."""
    line: int
    """Line of the page on which it begins."""
    text: str
    """The command; continued lines are one, a loop keeps its lines."""
    why: str = ""
    """What the page says it is for: the sentences in front of it."""
