"""Pages in which a part is made from the code, between `<!-- made: … -->` and `<!-- end -->`."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from ops.guide.component_part import component_part
from ops.guide.index_part import index_part
from ops.guide.layer_part import layer_part
from ops.guide.layers_part import layers_part
from ops.guide.stack_part import stack_part
from ops.guide.workflows_part import workflows_part

PART = re.compile(r"(?P<begin><!-- made: (?P<kind>\w+)(?: (?P<name>[\w-]+))? -->\n).*?(?P<end><!-- end -->)", re.DOTALL)

KINDS: Mapping[str, Callable[[Path, str], str]] = {
    "component": component_part,
    "index": index_part,
    "layer": layer_part,
    "layers": layers_part,
    "stack": stack_part,
    "workflows": workflows_part,
}


def made_pages(root: Path) -> dict[str, str]:
    """Return the text of each page of docs/ that has such a part, under its path."""
    pages = {}
    for page in sorted((root / "docs").rglob("*.md")):
        text = page.read_text(encoding="utf-8")
        made = PART.sub(lambda part: _made(root, part), text)
        if "<!-- made: " in text:
            pages[str(page.relative_to(root))] = made
    return pages


def _made(root: Path, part: re.Match[str]) -> str:
    kind, name = part["kind"], part["name"] or ""
    if kind not in KINDS:
        raise SyntaxError(f"made: {kind}: expected one of {', '.join(KINDS)}")
    return f"{part['begin']}{KINDS[kind](root, name)}\n{part['end']}"
