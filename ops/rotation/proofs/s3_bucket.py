"""One bucket behind the S3 API, asked whether it lets a key pair in."""

import dataclasses
import datetime as dt
import re
import urllib.parse
from collections.abc import Sequence

import httpx

from ops.rotation.proofs.s3_signature import signed_headers
from provider.factory_error import FactoryError
from provider.http.connection import Connection, Request
from provider.http.waiting import WAITS

QUESTION = {"list-type": "2", "max-keys": "1"}
UNKNOWN = frozenset({"InvalidAccessKeyId", "InvalidSecurity", "SignatureDoesNotMatch", "Unauthorized"})
"""What a server says of a pair that it does not know."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class S3Bucket:
    """A bucket, and how it is reached."""

    bucket: str
    """Its name."""
    host: str
    """Host that the request is for, and that is signed."""
    url: str
    """Address that is connected to: the host's own, or the one of a double."""
    region: str = "auto"
    """Region that is signed."""

    def lets_in(self, access_key: str, secret_key: str, *, waits: Sequence[float] = WAITS) -> bool:
        """Tell whether the pair may list the objects.

        Raises:
            FactoryError: the server could not be asked, or knows the pair and refuses for another reason.

        """
        path = f"/{urllib.parse.quote(self.bucket, safe='')}"
        headers = signed_headers(
            path, QUESTION, host=self.host, region=self.region, access_key=access_key, secret_key=secret_key,
            now=dt.datetime.now(dt.UTC),
        )  # fmt: skip
        connection = Connection(self.url, called=self.host, refusal=_refusal, waits=waits)
        try:
            answer = connection.exchange(
                Request(method="GET", path=path, query=QUESTION, headers=headers, secrets=[secret_key])
            )
        finally:
            connection.close()
        if answer.is_success:
            return True
        if _code(answer) in UNKNOWN:
            return False
        raise _refusal(answer, [secret_key])


def _refusal(answer: httpx.Response, secrets: Sequence[str]) -> FactoryError:
    text = f"{answer.request.headers.get('host')} answered {answer.status_code} to a signed request: {_code(answer)}"
    for secret in secrets:
        text = text.replace(secret, "[secret]") if secret else text
    return FactoryError(f"{text}. Expected the pair to be let in, or not to be known")


def _code(answer: httpx.Response) -> str:
    found = re.search(r"<Code>([A-Za-z0-9]+)</Code>", answer.text)
    return found[1] if found else answer.reason_phrase
