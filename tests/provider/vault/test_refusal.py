"""What is said of a refusal."""

import httpx
import pytest

from provider.vault.refusal import refusal

FORBIDDEN = (
    "Vault answered 403 to PUT /v1/kvv2/data/a: permission denied. "
    "Expected a token that is still valid and whose policies allow this"
)
SEALED = (
    "Vault at https://vault.test:8200 is sealed: it starts so and answers nothing before it is unsealed. "
    "`./factory vault unseal` unseals it; then run this again"
)
REQUEST = httpx.Request("PUT", "https://vault.test:8200/v1/kvv2/data/a")


def _answer(status: int, content: object) -> httpx.Response:
    if isinstance(content, str):
        return httpx.Response(status, text=content, request=REQUEST)
    return httpx.Response(status, json=content, request=REQUEST)


@pytest.mark.parametrize(
    ("status", "content", "text"),
    [
        (400, {"errors": ["no\n\tsuch thing"]}, "Vault answered 400 to PUT /v1/kvv2/data/a: no such thing"),
        (400, {"errors": ["a", "b"]}, "Vault answered 400 to PUT /v1/kvv2/data/a: a; b"),
        (404, {"errors": []}, "Vault answered 404 to PUT /v1/kvv2/data/a: Not Found"),
        (502, "<html>a page</html>", "Vault answered 502 to PUT /v1/kvv2/data/a: Bad Gateway"),
        (
            403,
            {"errors": ["permission denied"]},
            FORBIDDEN,
        ),
        (
            503,
            {"errors": ["Vault is sealed"]},
            SEALED,
        ),
    ],
)
def test_refusal_says_who_said_what(status: int, content: object, text: str) -> None:
    """Status, request and Vault's own words on one line, and what helps where that is known."""
    assert str(refusal(_answer(status, content), ())) == text


def test_secrets_are_hidden() -> None:
    """A value that comes back in the answer is not repeated, not even when one is part of another."""
    fault = refusal(_answer(400, {"errors": ["found hunter2 and hunter"]}), ["hunter", "hunter2", ""])

    assert str(fault).endswith(": found [secret] and [secret]")
