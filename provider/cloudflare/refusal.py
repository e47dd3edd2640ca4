"""What is said when Cloudflare refuses."""

from collections.abc import Mapping, Sequence

import httpx

from provider.factory_error import FactoryError

HIDDEN = "[secret]"
_INVALID = "CLOUDFLARE_API_TOKEN is not valid, or no longer. Expected a token that was made at Cloudflare"
_REMEDIES = {
    401: _INVALID,
    403: "Expected CLOUDFLARE_API_TOKEN to be alive and to have the permission for this",
}
_LONGEST = 500


def refusal(answer: httpx.Response, secrets: Sequence[str] = ()) -> FactoryError:
    """Return the error for *answer*: who said what to which request, without *secrets*."""
    request = answer.request
    said = "; ".join(_faults(answer)) or answer.reason_phrase
    text = f"Cloudflare answered {answer.status_code} to {request.method} {request.url.path}: {said}"
    remedy = _REMEDIES.get(answer.status_code)
    text = f"{text}. {remedy}" if remedy else text
    for secret in secrets:
        text = text.replace(secret, HIDDEN) if secret else text
    return FactoryError(text)


def _faults(answer: httpx.Response) -> list[str]:
    """Return code and message of each fault; pages and other long texts say nothing."""
    try:
        content = answer.json()
    except ValueError:
        return []
    told = content.get("errors") if isinstance(content, Mapping) else None
    return [
        f"{str(one.get('message'))[:_LONGEST]} ({one.get('code')})"
        for one in (told if isinstance(told, list) else [])
        if isinstance(one, Mapping)
    ]
