"""Requests to OVH with the keys that are in the environment."""

from collections.abc import Mapping

import httpx

from provider.ovh.refusal import refusal
from provider.ovh.signature import OvhSignature
from rehearsal.standins.plain import Plain, Properties

TIMEOUT_SECONDS = 30


class OvhSession:
    """One client for all threads."""

    def __init__(self) -> None:
        """Wait for an address."""
        self._client: httpx.Client | None = None

    def aim(self, origin: str) -> None:
        """Talk to *origin* from now on: what stands before the versions of the API."""
        self._client = httpx.Client(
            base_url=origin, auth=OvhSignature(ahead=0), timeout=TIMEOUT_SECONDS, trust_env=False
        )  # fmt: skip

    def ask(self, method: str, path: str, body: Mapping[str, Plain] | None = None) -> Properties:
        """Send once, as the official one does, and return the answer."""
        if self._client is None:
            raise RuntimeError("expected the provider to be configured before it is used")
        answer = self._client.request(method, path, json=None if body is None else dict(body))
        if not answer.is_success:
            raise refusal(answer, ())
        content: Properties = answer.json() if answer.content else {}
        return content
