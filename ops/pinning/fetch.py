"""What a publisher says, fetched over HTTP."""

import hashlib
from collections.abc import Mapping

import httpx

from ops.pinning.errors import PinError, UnreachableError

_TIMEOUT = httpx.Timeout(30, connect=10)
_REFUSED = {401, 403, 407, 451}
"""What a network answers that lets nobody out."""


def fetch(url: str, *, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """Return the answer, which is a success, or one that asks for a token.

    Raises:
        UnreachableError: there is no way to the publisher from here.
        PinError: the publisher has no such thing.

    """
    try:
        response = httpx.get(url, headers=headers, follow_redirects=True, timeout=_TIMEOUT)
    except httpx.HTTPError as error:
        raise UnreachableError(f"{url}: cannot be reached from here: {error}") from error
    if response.status_code == httpx.codes.UNAUTHORIZED and "www-authenticate" in response.headers:
        return response
    _refuse(response)
    return response


def digest_of(url: str) -> str:
    """Download the file and return its SHA-256; it is kept nowhere."""
    digest = hashlib.sha256()
    try:
        with httpx.stream("GET", url, follow_redirects=True, timeout=_TIMEOUT) as response:
            _refuse(response)
            for chunk in response.iter_bytes():
                digest.update(chunk)
    except httpx.HTTPError as error:
        raise UnreachableError(f"{url}: cannot be reached from here: {error}") from error
    return digest.hexdigest()


def _refuse(response: httpx.Response) -> None:
    if response.status_code in _REFUSED:
        raise UnreachableError(f"{response.url}: cannot be reached from here: it answers {response.status_code}")
    if not response.is_success:
        raise PinError(f"{response.url}: expected a file, found the answer {response.status_code}")
