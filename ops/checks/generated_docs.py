"""Check: the pages, or parts of them, are those that the code makes."""

from pathlib import Path

from ops.guide.made_pages import made_pages
from ops.reference.pages import reference_pages


def generated_docs(root: Path) -> list[str]:
    """Return each page that differs from what the code says."""
    try:
        pages = {**reference_pages(root), **made_pages(root)}
    except SyntaxError as error:
        return [f"{error.filename}:{error.lineno}: cannot be read: {error.msg}"]
    return [
        f"{name}: the code says something else now: run `./factory docs`"
        for name, text in pages.items()
        if not (root / name).exists() or (root / name).read_text() != text
    ]
