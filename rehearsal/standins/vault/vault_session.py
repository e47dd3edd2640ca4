"""Requests to Vault with the token that the provider's configuration leads to."""

import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from rehearsal.standins.plain import Plain

TIMEOUT_SECONDS = 60

Answer = dict[str, Plain]


class VaultRefusedError(RuntimeError):
    """Vault answered with an error; the text is Vault's own, which names no secret."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where the server is, and how to get a token there."""

    address: str
    """URL of the server."""
    ca_file: str
    """File with the authority that signed its certificate; empty for those of the system."""
    token: str
    """Token to start from; empty when the login gives one."""
    login: Mapping[str, str]
    """JWT login: mount, role and jwt; empty when there is a token."""
    child_seconds: int
    """Lifetime of the child token that does the work; 0 works with the first token itself."""
    token_name: str
    """Display name of the child token."""
    retries: int
    """How often a connection that cannot be made is tried again."""


class VaultSession:
    """One client for all threads; it logs in when it is first needed."""

    def __init__(self) -> None:
        """Wait for a target."""
        self._target: Target | None = None
        self._client: httpx.Client | None = None
        self._lock = threading.Lock()

    def aim(self, target: Target) -> None:
        """Talk to *target* from now on."""
        with self._lock:
            self._target, self._client = target, None

    def read(self, path: str) -> Answer | None:
        """Return the data at *path*, None when there is nothing."""
        answer = self._logged_in().get(path)
        return None if answer.status_code == httpx.codes.NOT_FOUND else _data(answer)

    def write(self, path: str, values: Mapping[str, Plain]) -> None:
        """Send *values* to *path*."""
        _data(self._logged_in().put(path, json=values))

    def delete(self, path: str) -> None:
        """Remove what is at *path*; nothing there is as good."""
        answer = self._logged_in().delete(path)
        if answer.status_code != httpx.codes.NOT_FOUND:
            _data(answer)

    def _logged_in(self) -> httpx.Client:
        with self._lock:
            if self._client is None:
                if self._target is None:
                    raise RuntimeError("expected the provider to be configured before it is used")
                self._client = _log_in(self._target)
            return self._client


def _log_in(target: Target) -> httpx.Client:
    """Return a client with a token that was made for this run and dies soon, as the official provider makes one."""
    trust = ssl.create_default_context(cafile=target.ca_file or None)
    client = httpx.Client(
        base_url=f"{target.address.rstrip('/')}/v1/",
        timeout=TIMEOUT_SECONDS,
        transport=httpx.HTTPTransport(verify=trust, retries=target.retries),
    )
    token = target.token
    if target.login:
        body = {key: value for key, value in target.login.items() if key != "mount"}
        token = _token(client.put(f"auth/{target.login['mount']}/login", json=body))
    if not token:
        raise VaultRefusedError("expected a token in VAULT_TOKEN or a login, found neither")
    client.headers["X-Vault-Token"] = token
    _data(client.get("auth/token/lookup-self"))
    if target.child_seconds:
        lifetime = f"{target.child_seconds}s"
        wish = {"display_name": target.token_name, "ttl": lifetime, "explicit_max_ttl": lifetime, "renewable": False}
        client.headers["X-Vault-Token"] = _token(client.put("auth/token/create", json=wish))
    return client


def _token(answer: httpx.Response) -> str:
    _data(answer)
    return str(answer.json()["auth"]["client_token"])


def _data(answer: httpx.Response) -> Answer:
    if answer.is_success:
        content = answer.json() if answer.content else {}
        return content.get("data") or {}
    try:
        reasons = answer.json().get("errors") or []
    except ValueError:
        reasons = []
    said = "; ".join(" ".join(str(reason).split()) for reason in reasons) or "no reason given"
    path = answer.request.url.path.removeprefix("/v1/")
    raise VaultRefusedError(f"{answer.request.method} {path}: Vault answered {answer.status_code}: {said}")
