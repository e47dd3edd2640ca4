"""What is said when a sealed Vault refuses."""

from collections.abc import Mapping, Sequence

import httpx

from provider.factory_error import FactoryError

HIDDEN = "[secret]"
_LONGEST = 500


class RefusedError(FactoryError):
    """Vault was asked and said no."""

    def __init__(self, text: str, *, status: int) -> None:
        """Keep the *text* and the *status* of the answer."""
        super().__init__(text)
        self.status = status


def refused(answer: httpx.Response, secrets: Sequence[str]) -> RefusedError:
    """Return the error for *answer*: who said what to which request, without *secrets*."""
    asked = f"{answer.request.method} {answer.request.url.path}"
    text = f"Vault answered {answer.status_code} to {asked}: {_message(answer)}"
    for secret in secrets:
        text = text.replace(secret, HIDDEN) if secret else text
    return RefusedError(text, status=answer.status_code)


def _message(answer: httpx.Response) -> str:
    """Return what Vault says; a page, which something before it sends, says nothing."""
    try:
        content = answer.json()
    except ValueError:
        return f"{answer.reason_phrase}, and not in Vault's way: something that stands before Vault says so"
    errors = content.get("errors") if isinstance(content, Mapping) else None
    lines = [str(error) for error in errors] if isinstance(errors, list) else []
    return " ".join("; ".join(lines).split())[:_LONGEST] or answer.reason_phrase
