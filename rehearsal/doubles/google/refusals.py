"""How Google refuses."""

from pydantic import JsonValue

from rehearsal.doubles.answer import Answer
from rehearsal.doubles.refused_error import RefusedError

REASONS = {
    400: "invalid", 401: "authError", 403: "forbidden", 404: "notFound", 409: "conflict", 412: "conditionNotMet",
    429: "rateLimitExceeded", 500: "backendError", 503: "backendError",
}  # fmt: skip
STATUSES = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 409: "ALREADY_EXISTS",
}  # fmt: skip


def refused(status: int, message: str, *, headers: dict[str, str] | None = None) -> RefusedError:
    """Return the refusal as the storage's API in JSON tells it."""
    one: JsonValue = {"message": message, "domain": "global", "reason": REASONS.get(status, "invalid")}
    told: JsonValue = {"error": {"code": status, "message": message, "errors": [one]}}
    return RefusedError(Answer.of_json(told, status=status, headers=headers))


def account_refused(status: int, message: str) -> RefusedError:
    """Return the refusal as the API of service accounts tells it."""
    told: JsonValue = {"error": {"code": status, "message": message, "status": STATUSES[status]}}
    return RefusedError(Answer.of_json(told, status=status))


def login_refused(description: str, *, error: str = "invalid_grant") -> RefusedError:
    """Return the refusal of a login."""
    return RefusedError(Answer.of_json({"error": error, "error_description": description}, status=400))


def object_refused(status: int, code: str, message: str) -> RefusedError:
    """Return the refusal as the S3-compatible API tells it."""
    body = f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code><Message>{message}</Message></Error>"
    headers = {"Content-Type": "application/xml; charset=UTF-8"}
    return RefusedError(Answer(status=status, headers=headers, body=body.encode()))
