"""How a request to OVH says who sends it."""

import hashlib
import os
import time
from collections.abc import Generator

import httpx

from provider.factory_error import FactoryError

APPLICATION_KEY = "OVH_APPLICATION_KEY"
APPLICATION_SECRET = "OVH_APPLICATION_SECRET"  # noqa: S105 - the name of the variable, not its content
CONSUMER_KEY = "OVH_CONSUMER_KEY"
_VERSION = "$1$"


class OvhSignature(httpx.Auth):
    """Signs each attempt anew, by the server's clock: an old signature is refused."""

    requires_request_body = True

    def __init__(self, *, ahead: float) -> None:
        """Take the server's clock to be *ahead* of ours by so many seconds."""
        self._ahead = ahead

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the headers; the keys are read at the last moment and kept nowhere."""
        consumer, now = _value(CONSUMER_KEY), str(int(time.time() + self._ahead))
        parts = [_value(APPLICATION_SECRET), consumer, request.method, str(request.url), request.content.decode(), now]
        request.headers["X-Ovh-Application"] = _value(APPLICATION_KEY)
        request.headers["X-Ovh-Consumer"] = consumer
        request.headers["X-Ovh-Timestamp"] = now
        # SHA-1 is what OVH's method says.
        digest = hashlib.sha1("+".join(parts).encode(), usedforsecurity=False).hexdigest()
        request.headers["X-Ovh-Signature"] = f"{_VERSION}{digest}"
        yield request


def _value(variable: str) -> str:
    value = os.environ.get(variable, "").strip()
    if not value:
        raise FactoryError(
            f"{variable} is not set. Expected the application's credentials in {APPLICATION_KEY}, {APPLICATION_SECRET} "
            f"and {CONSUMER_KEY}; export {variable} before the run"
        )
    return value
