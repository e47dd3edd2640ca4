"""The content of a request, checked."""

from collections.abc import Mapping

from pydantic import JsonValue

from rehearsal.doubles.ovh.refusals import refused
from rehearsal.doubles.request import Request


def body_of(
    request: Request, allowed: Mapping[str, type], *, required: tuple[str, ...] = ()
) -> dict[str, JsonValue]:  # fmt: skip
    """Return the content of *request*, which must hold nothing but what is *allowed*, of its type."""
    try:
        content = request.json()
    except ValueError:
        raise refused(400, "Invalid JSON received") from None
    if not isinstance(content, dict):
        raise refused(400, "Invalid body: expected an object")
    for name, value in content.items():
        if name not in allowed:
            raise refused(400, f"[{name}] Unknown parameter")
        if not isinstance(value, allowed[name]):
            raise refused(400, f"[{name}] Given data ({type(value).__name__}) is not valid for type")
    missing = [name for name in required if name not in content]
    if missing:
        raise refused(400, f"[{missing[0]}] Missing parameter")
    return content
