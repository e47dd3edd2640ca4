"""Lists, page by page."""

from collections.abc import Sequence

from pydantic import JsonValue

from rehearsal.doubles.answer import Answer
from rehearsal.doubles.google.refusals import refused
from rehearsal.doubles.request import Request


def page_of(  # noqa: PLR0913 - as many as lists differ in
    request: Request, items: Sequence[JsonValue], *, called: str, size: str, most: int, kind: str | None = None
) -> Answer:
    """Return the page of *items* that *request* asks for, *called* so; *size* is how it says how many, at *most*."""
    # Google's own clients send what they do not use, without a value.
    wanted, start = request.query.get(size) or str(most), request.query.get("pageToken") or "0"
    if not wanted.isdecimal() or not start.isdecimal():
        raise refused(400, "Invalid page token or size")
    end = int(start) + max(1, min(int(wanted), most))
    shown: dict[str, JsonValue] = {"kind": kind} if kind else {}
    # What is empty is left out.
    if page := [*items[int(start) : end]]:
        shown[called] = page
    if end < len(items):
        shown["nextPageToken"] = str(end)
    return Answer.of_json(shown)
