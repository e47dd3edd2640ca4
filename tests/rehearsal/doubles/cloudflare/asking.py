"""Requests to the double, and what it says to them."""

import ssl

import httpx

from rehearsal.doubles.cloudflare.cloudflare_double import CloudflareDouble


def asking(double: CloudflareDouble, token: str | None) -> httpx.Client:
    """Return a client that comes with *token*."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    # Nothing is encrypted here, and to load the system's authorities takes longer than a test.
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx.Client(base_url=double.address, headers=headers, verify=trust, trust_env=False, timeout=10)


def fault(answer: httpx.Response) -> tuple[int, int, str]:
    """Return status, code and message of a refusal, which has Cloudflare's form."""
    content = answer.json()
    assert (content["success"], content["result"], content["messages"]) == (False, None, [])
    (told,) = content["errors"]
    return answer.status_code, told["code"], told["message"]
