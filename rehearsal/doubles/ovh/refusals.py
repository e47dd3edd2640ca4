"""How OVH refuses."""

from pydantic import JsonValue

from rehearsal.doubles.answer import Answer
from rehearsal.doubles.refused_error import RefusedError

REASONS = {
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict",
    429: "Too Many Requests",
}  # fmt: skip
CLASSES = {400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 409: "Conflict"}


def refused(status: int, message: str, *, details: dict[str, JsonValue] | None = None) -> RefusedError:
    """Return the refusal as the parts behind the front door tell it."""
    side = "Client" if status in CLASSES else "Server"
    content: dict[str, JsonValue] = {
        "class": f"{side}::{CLASSES.get(status, 'InternalServerError')}", "message": message,
    }  # fmt: skip
    return RefusedError(Answer.of_json({**content, "details": details} if details else content, status=status))


def not_let_in(status: int, code: str, message: str) -> RefusedError:
    """Return the refusal as the front door tells it."""
    told: JsonValue = {"errorCode": code, "httpCode": f"{status} {REASONS[status]}", "message": message}
    return RefusedError(Answer.of_json(told, status=status))
