"""The index of a folder of pages."""

from pathlib import Path

from ops.guide.layers_part import layer_order
from ops.guide.page_header import PageHeader, page_header


def index_part(root: Path, name: str) -> str:
    """Return a table of the pages in `docs/NAME`, those of one group together."""
    pages = {page: page_header(page) for page in (root / "docs" / name).glob("*.md") if page.stem != "README"}
    order = layer_order(root) if name == "layers" else []
    chosen = sorted(pages.items(), key=lambda each: _place(each[0].stem, each[1], order))
    grouped = any(header.group for header in pages.values())
    lines = (
        ["| group | page | what it is |", "| --- | --- | --- |"]
        if grouped
        else ["| page | what it is |", "| --- | --- |"]
    )
    before = ""
    for page, header in chosen:
        group = header.group if header.group != before else ""
        before = header.group
        cells = [f"[{header.name}]({name}/{page.name})", header.text]
        lines.append(f"| {' | '.join([group, *cells] if grouped else cells)} |")
    return "\n".join(["", *lines, ""])


def _place(stem: str, header: PageHeader, order: list[str]) -> tuple[str, int, str]:
    return header.group, order.index(stem) if stem in order else len(order), stem
