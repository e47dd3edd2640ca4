"""Make the page of its content."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import jinja2

from ops.page.content import Bar, Content, Lane

FOLDER = Path(__file__).resolve().parent
DANGEROUS_FIRST = ("failed", "drifted", "not reached", "not enforceable", "passed")


def render(content: Content) -> str:
    """Return one HTML document: style and script are inside, nothing is fetched, every text is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    script, style = ((FOLDER / name).read_text(encoding="utf-8") for name in ("page.js", "page.css"))
    return environment.get_template("page.html.jinja").render(
        content=content,
        script=script,
        style=style,
        script_digest=_digest(script),
        style_digest=_digest(style),
        lanes=[_lane(lane, content.lanes) for lane in content.lanes],
        seconds=_span(content.lanes)[1],
        counts=_counts(content),
    )


def _digest(text: str) -> str:
    """Return what the content security policy calls *text*."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _counts(content: Content) -> Sequence[tuple[str, int]]:
    words = [each.word for each in content.verdicts]
    return [(word, words.count(word)) for word in DANGEROUS_FIRST if word in words]


def _span(lanes: Sequence[Lane]) -> tuple[float, float]:
    """Return when the first bar began, and how many seconds later the last one ended."""
    bars = [bar for lane in lanes for bar in lane.bars]
    begin = min((bar.began for bar in bars), default=0.0)
    return begin, max((bar.began + bar.seconds - begin for bar in bars), default=0.0)


def _lane(lane: Lane, lanes: Sequence[Lane]) -> Mapping[str, object]:
    begin, length = _span(lanes)

    def drawn(bar: Bar) -> Mapping[str, object]:
        return {
            "name": bar.name, "failed": bar.failed, "seconds": bar.seconds,
            "left": 1000 * (bar.began - begin) / (length or 1.0), "width": 1000 * bar.seconds / (length or 1.0),
        }  # fmt: skip

    return {
        "name": lane.name,
        "seconds": sum(bar.seconds for bar in lane.bars),
        "bars": [drawn(bar) for bar in lane.bars],
    }
