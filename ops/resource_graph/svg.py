"""Draw families of resources as one SVG that stands alone: no script, no font, no picture from elsewhere."""

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from ops.resource_graph.families import Family, Group, Need

ROW, PAD, GAP, LANE = 18, 12, 16, 140
"""Height of a line, inner margin, space between boxes, space between columns; in pixels as all that follow."""
LETTER = 7.2
"""Width of one letter of the fixed-width font of 12 px."""
OPEN = 12
"""Up to so many groups of one family are shown with every resource in them; of more, only their names."""
STYLE = """
svg { font: 12px ui-monospace, Menlo, Consolas, monospace; background: #fff; color: #1b1f24; }
.family { fill: #f6f8fa; stroke: #d0d7de; } .group { fill: #fff; stroke: #8c959f; }
.kept { stroke: #9a6700; stroke-width: 2; } text { fill: #1b1f24; } .quiet { fill: #57606a; }
.title { font-weight: bold; } .edge { fill: none; stroke: #57606a; stroke-opacity: .6; }
@media (prefers-color-scheme: dark) {
 svg { background: #0d1117; } .family { fill: #161b22; stroke: #30363d; } .group { fill: #0d1117; stroke: #6e7681; }
 .kept { stroke: #d29922; } text { fill: #e6edf3; } .quiet { fill: #9198a1; } .edge { stroke: #9198a1; }
}
"""


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Box:
    lines: Sequence[tuple[str, str]]
    tip: str
    kept: bool

    @property
    def width(self) -> float:
        return 2 * PAD + LETTER * max(len(left) + len(right) + 2 for left, right in self.lines)

    @property
    def height(self) -> float:
        return 2 * PAD + ROW * len(self.lines)


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Frame:
    family: Family
    boxes: Sequence[_Box]
    columns: int

    @property
    def cell(self) -> tuple[float, float]:
        return max(box.width for box in self.boxes), max(box.height for box in self.boxes)

    @property
    def title(self) -> str:
        number = len(self.family.groups)
        return f"{self.family.type}" + (f", {number} times" if number > 1 else "")

    @property
    def width(self) -> float:
        return max(self.columns * (self.cell[0] + GAP) + GAP, LETTER * len(self.title) + 2 * PAD)

    @property
    def height(self) -> float:
        return math.ceil(len(self.boxes) / self.columns) * (self.cell[1] + GAP) + ROW + PAD


def svg(stack: str, found: Sequence[Family], edges: Sequence[Need]) -> str:
    """Return the picture of *stack*: what a family needs stands to its left, an arrow says how often."""
    frames = [_frame(family) for family in found]
    places, width, height = _places(frames)
    total = sum(len(group.rows) for family in found for group in family.groups)
    said = f"{total} resources of the stack {stack}, in {len(found)} families"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}"',
        f' width="{width:.0f}" height="{height:.0f}" role="img" aria-labelledby="graph-title graph-description">',
        f'<title id="graph-title">Stack {escape(stack)}</title>',
        f'<desc id="graph-description">{escape(said)}. An arrow leads from what is needed to what needs it.</desc>',
        f"<style>{STYLE}</style>",
        '<defs><marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="9" markerHeight="9"',
        ' markerUnits="userSpaceOnUse" orient="auto">',
        '<path d="M0 0 8 4 0 8z" class="quiet"/></marker></defs>',
    ]
    by_type = {frame.family.type: frame for frame in frames}
    for edge in edges:
        lines += _arrow(edge, by_type, places)
    for frame in frames:
        lines += _drawn(frame, places[frame.family.type])
    return "\n".join([*lines, "</svg>"]) + "\n"


def _frame(family: Family) -> _Frame:
    is_open = len(family.groups) <= OPEN
    boxes = [_box(group, is_open=is_open) for group in family.groups]
    return _Frame(family=family, boxes=boxes, columns=max(1, round(math.sqrt(len(boxes) * (0.5 if is_open else 2)))))


def _box(group: Group, *, is_open: bool) -> _Box:
    tip = "\n".join(f"{'  ' * row.depth}{row.node.short_type} {row.node.name}" for row in group.rows)
    if not is_open:
        return _Box(lines=[(group.name, str(len(group.rows)))], tip=tip, kept=group.protected)
    first, *others = group.rows
    lines = [(first.node.name, "")]
    lines += [("  " * (row.depth - 1) + row.node.short_type, row.node.name) for row in others]
    return _Box(lines=lines, tip=tip, kept=group.protected)


def _places(frames: Sequence[_Frame]) -> tuple[Mapping[str, tuple[float, float]], float, float]:
    """Return where each family stands, and how wide and high all of it is."""
    places: dict[str, tuple[float, float]] = {}
    x, width, height = float(GAP), 0.0, 0.0
    for level in sorted({frame.family.level for frame in frames}):
        y, widest = float(GAP), 0.0
        for frame in frames:
            if frame.family.level == level:
                places[frame.family.type] = (x, y)
                y += frame.height + 2 * GAP
                widest = max(widest, frame.width)
        width, height = x + widest + GAP, max(height, y)
        x += widest + LANE
    return places, width, height


def _arrow(edge: Need, frames: Mapping[str, _Frame], places: Mapping[str, tuple[float, float]]) -> Iterator[str]:
    source, target = frames[edge.on], frames[edge.family]
    (from_x, from_y), (to_x, to_y) = places[edge.on], places[edge.family]
    from_x, from_y, to_y = from_x + source.width, from_y + ROW, to_y + ROW
    bend = max(LANE / 2, (to_x - from_x) / 2)
    path = f"M{from_x:.0f} {from_y:.0f} C{from_x + bend:.0f} {from_y:.0f} {to_x - bend:.0f} {to_y:.0f}"
    said = f"{target.family.type} needs {source.family.type}, {edge.count} times"
    yield (
        f'<path class="edge" d="{path} {to_x:.0f} {to_y:.0f}" stroke-width="{1 + math.log10(edge.count):.1f}" '
        f'marker-end="url(#end)"><title>{escape(said)}</title></path>'
    )


def _drawn(frame: _Frame, corner: tuple[float, float]) -> Iterator[str]:
    x, y = corner
    yield f'<g role="list" aria-label="{escape(frame.title, quote=True)}">'
    yield f'<rect class="family" x="{x:.0f}" y="{y:.0f}" width="{frame.width:.0f}" height="{frame.height:.0f}" rx="8"/>'
    yield f'<text class="title" x="{x + PAD:.0f}" y="{y + ROW + 2:.0f}">{escape(frame.title)}</text>'
    across, down = frame.cell
    for index, box in enumerate(frame.boxes):
        row, column = divmod(index, frame.columns)
        left, top = x + GAP + column * (across + GAP), y + ROW + PAD + row * (down + GAP)
        kept = " kept" if box.kept else ""
        yield f'<g role="listitem"><title>{escape(box.tip)}</title>'
        yield (
            f'<rect class="group{kept}" x="{left:.0f}" y="{top:.0f}" width="{across:.0f}" height="{down:.0f}" rx="4"/>'
        )
        for line, (first, second) in enumerate(box.lines):
            height = top + PAD + ROW * line + 12
            kind = "title" if line == 0 else "quiet"
            place = f'x="{left + PAD:.0f}" y="{height:.0f}"'
            yield f'<text class="{kind}" {place} xml:space="preserve">{escape(first)}</text>'
            if second:
                end = left + across - PAD
                yield f'<text x="{end:.0f}" y="{height:.0f}" text-anchor="end">{escape(second)}</text>'
        yield "</g>"
    yield "</g>"
