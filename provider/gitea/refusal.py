"""What is said when Gitea refuses."""

from collections.abc import Mapping, Sequence

import httpx

from provider.factory_error import FactoryError

HIDDEN = "[secret]"
_REMEDIES = {
    401: "GITEA_TOKEN is not valid, or no longer. Expected a token that was made at this server",
    403: "Expected a token whose user and scopes allow this",
    404: "Expected the user, organisation or repository in that path to be there; make it first",
}
_LONGEST = 500


def refusal(answer: httpx.Response, *, secrets: Sequence[str]) -> FactoryError:
    """Return the error for *answer*: who said what to which request, without *secrets*."""
    request = answer.request
    asked = f"{request.method} {request.url.path}"
    moved = answer.headers.get("Location")
    said = f"it has moved to {moved}; declare its new name" if moved else _message(answer)
    parts = [f"Gitea answered {answer.status_code} to {asked}: {said}"]
    remedy = _REMEDIES.get(answer.status_code)
    text = ". ".join([*parts, remedy] if remedy else parts)
    for secret in secrets:
        text = text.replace(secret, HIDDEN) if secret else text
    return FactoryError(text)


def _message(answer: httpx.Response) -> str:
    """Return the message; pages and other long texts say nothing."""
    try:
        content = answer.json()
    except ValueError:
        return answer.reason_phrase
    message = content.get("message") if isinstance(content, Mapping) else None
    return str(message)[:_LONGEST] if message else answer.reason_phrase
