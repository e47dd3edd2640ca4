"""What a page of the guidebook says of itself in its first lines."""

import re
from dataclasses import dataclass
from pathlib import Path

_TITLE = re.compile(r"^# (?:(?:Layer|Component|Stack) )?`?(?P<name>[^:`\n]+)`?(?:: (?P<text>.+))?$", re.MULTILINE)
_GROUP = re.compile(r"^<!-- group: (?P<group>.+) -->$", re.MULTILINE)
_DESCRIBES = re.compile(r"^<!-- describes: (?P<files>.+) -->$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class PageHeader:
    """The head of one page."""

    name: str
    """What it is about."""
    text: str
    """That in a few words."""
    group: str
    """Where it stands in the index; empty outside the groups."""
    describes: tuple[str, ...]
    """The files that it describes, as patterns below the checkout."""


def page_header(page: Path) -> PageHeader:
    """Read the head of *page*."""
    text = page.read_text(encoding="utf-8")
    title, group, files = _TITLE.search(text), _GROUP.search(text), _DESCRIBES.search(text)
    return PageHeader(
        name=title["name"].strip() if title else page.stem,
        text=(title["text"] or "") if title else "",
        group=group["group"] if group else "",
        describes=tuple(files["files"].split()) if files else (),
    )


def layer_group(root: Path, layer: str) -> str:
    """Return the group that the page of *layer* names; nothing without a page."""
    page = root / "docs" / "layers" / f"{layer}.md"
    return page_header(page).group if page.exists() else ""
