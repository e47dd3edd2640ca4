"""What is said when Google refuses."""

from collections.abc import Mapping, Sequence

import httpx

from provider.factory_error import FactoryError

HIDDEN = "[secret]"
_REMEDIES = {
    401: "GOOGLE_CREDENTIALS is not valid, or no longer. Expected a key that the service account still has",
    403: "Expected a service account with the roles Storage Admin and Service Account Admin in the project",
}
_LONGEST = 500


def refusal(answer: httpx.Response, secrets: Sequence[str]) -> FactoryError:
    """Return the error for *answer*: who said what to which request, without *secrets*."""
    text = f"Google answered {answer.status_code} to {answer.request.method} {answer.request.url.path}: "
    text += _message(answer)
    remedy = _REMEDIES.get(answer.status_code)
    if remedy:
        text = f"{text.rstrip('.')}. {remedy}"
    for secret in secrets:
        text = text.replace(secret, HIDDEN) if secret else text
    return FactoryError(text)


def _message(answer: httpx.Response) -> str:
    """Return what Google says: its APIs nest the message, its logins do not; pages say nothing."""
    try:
        content = answer.json()
    except ValueError:
        return answer.reason_phrase
    if not isinstance(content, Mapping):
        return answer.reason_phrase
    fault = content.get("error")
    message = fault.get("message") if isinstance(fault, Mapping) else content.get("error_description") or fault
    return str(message)[:_LONGEST] if message else answer.reason_phrase
