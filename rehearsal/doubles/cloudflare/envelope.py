"""The form in which Cloudflare answers."""

from collections.abc import Sequence

from pydantic import JsonValue

from rehearsal.doubles.answer import Answer
from rehearsal.doubles.refused_error import RefusedError
from rehearsal.doubles.request import Request

DEFAULT_PAGE, LARGEST_PAGE = 20, 50


def succeeded(result: JsonValue, *, info: dict[str, JsonValue] | None = None, status: int = 200) -> Answer:
    """Return the answer that holds *result*."""
    content: dict[str, JsonValue] = {"success": True, "errors": [], "messages": [], "result": result}
    return Answer.of_json({**content, "result_info": info} if info is not None else content, status=status)


def failed(status: int, code: int, message: str, *, headers: dict[str, str] | None = None) -> Answer:
    """Return the answer that tells one fault."""
    told: JsonValue = [{"code": code, "message": message}]
    content: JsonValue = {"success": False, "errors": told, "messages": [], "result": None}
    return Answer.of_json(content, status=status, headers=headers)


def refused(status: int, code: int, message: str) -> RefusedError:
    """Return the error that ends a request so."""
    return RefusedError(failed(status, code, message))


def no_route() -> RefusedError:
    """Return the error for a method or path that there is not."""
    return refused(400, 7003, "Could not route to this path, perhaps your object identifier is invalid?")


def paged(request: Request, found: Sequence[JsonValue]) -> Answer:
    """Return the page of *found* that *request* asks for."""
    page, size = _number(request, "page", 1), _number(request, "per_page", DEFAULT_PAGE)
    if not 1 <= size <= LARGEST_PAGE or page < 1:
        raise refused(400, 1001, f"per_page: expected at most {LARGEST_PAGE}")
    shown = list(found[(page - 1) * size : page * size])
    info: dict[str, JsonValue] = {
        "count": len(shown), "page": page, "per_page": size, "total_count": len(found),
        "total_pages": -(-len(found) // size),
    }  # fmt: skip
    return succeeded(shown, info=info)


def _number(request: Request, name: str, default: int) -> int:
    text = request.query.get(name)
    if text is None:
        return default
    if not text.isdecimal():
        raise refused(400, 1001, f"{name}: expected a number")
    return int(text)
