"""What is said when OVH refuses."""

from collections.abc import Mapping, Sequence

import httpx

from provider.factory_error import FactoryError

HIDDEN = "[secret]"
_REMEDIES = {
    "INVALID_SIGNATURE": "OVH_APPLICATION_SECRET does not belong to OVH_APPLICATION_KEY",
    "INVALID_KEY": "OVH_APPLICATION_KEY is not known at this endpoint",
    "INVALID_CREDENTIAL": "OVH_CONSUMER_KEY is not valid, or no longer: validate a new one for this application",
    "NOT_GRANTED_CALL": "OVH_CONSUMER_KEY lacks this right: validate one with GET, POST, PUT, DELETE on "
    "/me/api/oauth2/client and /me/api/oauth2/client/*",
    "QUERY_TIME_OUT": "the clock of this machine and OVH's differ too much",
}
_LONGEST = 500


def refusal(answer: httpx.Response, secrets: Sequence[str]) -> FactoryError:
    """Return the error for *answer*: who said what to which request, without *secrets*."""
    content = _content(answer)
    said = content.get("message") or answer.reason_phrase
    text = f"OVH answered {answer.status_code} to {answer.request.method} {answer.request.url.path}: "
    text += str(said)[:_LONGEST]
    remedy = _REMEDIES.get(str(content.get("errorCode")))
    text = f"{text}. {remedy}" if remedy else text
    for secret in secrets:
        text = text.replace(secret, HIDDEN) if secret else text
    return FactoryError(text)


def _content(answer: httpx.Response) -> Mapping[str, object]:
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, Mapping) else {}
