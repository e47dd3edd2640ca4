"""Ask one server, and tell apart why it cannot be asked."""

import dataclasses
import email.utils
import ssl
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

import httpx
from pydantic import JsonValue

from ops.credentials.finding import State
from ops.credentials.unusable_error import UnusableError

TIMES = httpx.Timeout(15, connect=5)
MOST_APART = 60
"""Seconds that two clocks may differ; Vault allows a token that much, OVH and Google somewhat more."""
ANY_FAULT_OF_THE_SERVER, TOO_MANY = 500, 429


@dataclasses.dataclass(frozen=True, kw_only=True)
class Place:
    """Where a server is."""

    url: str
    """Address, with the path that all its requests begin with."""
    ca: str | None = None
    """Certificates to trust, as PEM text; `None` means those of the system."""
    clock: Callable[[], float] = time.time
    """The time here, in seconds since 1970."""


class Asking:
    """A server that is asked, for as long as the `with` lasts."""

    def __init__(self, place: Place, *, called: str) -> None:
        """Describe the server at *place*, *called* so in what is said; nothing is contacted yet.

        Raises:
            UnusableError: its authority is no certificate.

        """
        self.called = called
        self._place = place
        # Neither a proxy nor certificates from the environment: the credential goes to this server and to no other.
        self._client = httpx.Client(
            base_url=place.url.rstrip("/"), verify=self._trust(), timeout=TIMES, trust_env=False
        )

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self._client.close()

    def ask(  # noqa: PLR0913 - as many as a request has parts
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        json: Mapping[str, JsonValue] | None = None,
        form: Mapping[str, str] | None = None,
        auth: httpx.Auth | None = None,
        patient_until: int = ANY_FAULT_OF_THE_SERVER,
    ) -> httpx.Response:
        """Return the answer; one from *patient_until* on says nothing about a credential.

        Raises:
            UnusableError: there is none that says something, or the clocks differ.

        """
        try:
            answer = self._client.request(method, path, headers=headers, params=query, json=json, data=form, auth=auth)
        except httpx.TransportError as error:
            raise self._unreached(error) from None
        self.compare_clocks(_moment(answer.headers.get("Date")))
        if answer.status_code >= patient_until or answer.status_code == TOO_MANY:
            raise UnusableError(
                State.UNREACHABLE, f"{self._where} answered {answer.status_code} {answer.reason_phrase}",
                helps="ask again later, or look at the server",
            )  # fmt: skip
        return answer

    def compare_clocks(self, there: float | None) -> None:
        """Stop when the time *there*, in seconds since 1970, is another one.

        Raises:
            UnusableError: the clocks differ.

        """
        ahead = 0.0 if there is None else self._place.clock() - there
        if abs(ahead) > MOST_APART:
            word = "ahead of" if ahead > 0 else "behind"
            raise UnusableError(
                State.CLOCK, f"this machine's clock is {abs(ahead):.0f} s {word} {self._where}",
                helps="set the clock that is wrong: timedatectl status",
            )  # fmt: skip

    def content(self, answer: httpx.Response) -> dict[str, JsonValue]:
        """Return the object that *answer* holds.

        Raises:
            UnusableError: it holds something else: another server answers.

        """
        try:
            content: JsonValue = answer.json()
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise UnusableError(
                State.UNREACHABLE, f"{self._where} does not answer as {self.called} does",
                helps="set the address in the stack file to the one of the API",
            )  # fmt: skip
        return content

    @property
    def _where(self) -> str:
        return f"{self.called} at {self._place.url}"

    def _trust(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cadata=self._place.ca)
        except (ssl.SSLError, ValueError):
            raise UnusableError(
                State.UNTRUSTED, f"the authority for {self._where} is no certificate",
                helps="put the lab's root, as PEM text, into the file that settings.ca_file names",
            ) from None  # fmt: skip

    def _unreached(self, error: httpx.TransportError) -> UnusableError:
        said = str(error)
        if "not yet valid" in said:
            return UnusableError(
                State.CLOCK, f"the certificate of {self._where} is not valid yet",
                helps="set this machine's clock: timedatectl status",
            )  # fmt: skip
        if "certificate has expired" in said:
            return UnusableError(
                State.UNTRUSTED, f"the certificate of {self._where} has expired",
                helps="renew it on its host (docs/runbooks/certificates.md), or set this machine's clock",
            )  # fmt: skip
        if "CERTIFICATE_VERIFY_FAILED" in said:
            return UnusableError(
                State.UNTRUSTED, f"the certificate of {self._where} is not of an authority that is trusted here",
                helps="put the lab's root into the file of settings.ca_file; if it is there, somebody else answers",
            )  # fmt: skip
        return UnusableError(
            State.UNREACHABLE, f"{self._where} gives no answer: {said or type(error).__name__}",
            helps="look whether the address is right, the name resolves and the server runs",
        )  # fmt: skip


def _moment(date: str | None) -> float | None:
    try:
        return email.utils.parsedate_to_datetime(date or "").timestamp()
    except ValueError:
        return None  # a server may leave the date out
