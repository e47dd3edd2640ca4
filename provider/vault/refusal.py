"""What is said when Vault refuses."""

from collections.abc import Mapping, Sequence

import httpx

from provider.factory_error import FactoryError

HIDDEN = "[secret]"
SEALED = 503
_REMEDIES = {403: "Expected a token that is still valid and whose policies allow this"}
_LONGEST = 500


def refusal(answer: httpx.Response, secrets: Sequence[str]) -> FactoryError:
    """Return the error for *answer*: what was said to which request, without *secrets*."""
    request = answer.request
    if is_sealed(answer):
        server = f"{request.url.scheme}://{request.url.netloc.decode()}"
        return FactoryError(
            f"Vault at {server} is sealed: it starts so and answers nothing before it is unsealed. "
            "`./factory vault unseal` unseals it; then run this again"
        )
    parts = [f"Vault answered {answer.status_code} to {request.method} {request.url.path}: {said(answer)}"]
    remedy = _REMEDIES.get(answer.status_code)
    text = ". ".join([*parts, remedy] if remedy else parts)
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN) if secret else text
    return FactoryError(text)


def is_sealed(answer: httpx.Response) -> bool:
    """Tell whether *answer* says that Vault is sealed."""
    return answer.status_code == SEALED and "Vault is sealed" in said(answer)


def said(answer: httpx.Response) -> str:
    """Return Vault's own words on one line; pages and other long texts say nothing."""
    try:
        content = answer.json()
    except ValueError:
        return answer.reason_phrase
    errors = content.get("errors") if isinstance(content, Mapping) else None
    words = "; ".join(" ".join(str(error).split()) for error in errors) if isinstance(errors, Sequence) else ""
    return words[:_LONGEST] or answer.reason_phrase
