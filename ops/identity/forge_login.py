"""A login at Gitea's OAuth2 provider that needs nobody at a browser."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field

import httpx

from components.workflow_login import REDIRECT
from ops.identity.no_identity_error import NoIdentityError

VARIABLES = ("FORGE_URL", "CI_USER", "CI_PASSWORD", "CI_CLIENT_ID", "CI_CLIENT_SECRET")
"""Where the values stand, in the order of the fields."""
SCOPE = "openid profile groups read:user"
"""What the token says; without the last one its twin, the access token, would open the whole API."""
COOKIE, HEADER = "_csrf", "X-Csrf-Token"


@dataclass(frozen=True)
class ForgeLogin:
    """The account of a repository at one Gitea, and the client that asks who it is."""

    client: httpx.Client
    """Without cookies yet."""
    url: str
    """Address of Gitea."""
    user: str
    """Name of the account."""
    password: str = field(repr=False)
    """Its password."""
    client_id: str
    """Id of a confidential client."""
    client_secret: str = field(repr=False)
    """Its secret."""

    def tokens(self) -> httpx.Response:
        """Log in, let the client know who that is, and return Gitea's answer with the tokens."""
        self._log_in()
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        form = {
            "grant_type": "authorization_code", "client_id": self.client_id, "client_secret": self.client_secret,
            "redirect_uri": REDIRECT, "code": self._code(verifier, state), "code_verifier": verifier,
        }  # fmt: skip
        return self.client.post(self._at("/login/oauth/access_token"), data=form)

    def _log_in(self) -> None:
        self.client.get(self._at("/user/login")).raise_for_status()
        answer = self._post("/user/login", {"user_name": self.user, "password": self.password})
        onward = answer.headers.get("Location", "")
        if not answer.is_redirect or "/user/" in onward:
            raise NoIdentityError(
                f"Gitea does not let {self.user} in by password. Expected its password in CI_PASSWORD, and an account "
                "without a second factor that need not change its password"
            )

    def _code(self, verifier: str, state: str) -> str:
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {"client_id": self.client_id, "redirect_uri": REDIRECT, "state": state, "scope": SCOPE}
        challenge = {
            "response_type": "code", "code_challenge_method": "S256",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        }  # fmt: skip
        answer = self.client.get(self._at("/login/oauth/authorize"), params={**asked, **challenge})
        if answer.is_success:
            # The first time Gitea asks the account whether the client may know.
            answer = self._post("/login/oauth/grant", {**asked, "granted": "true"})
        onward = httpx.URL(answer.headers.get("Location", "")).params
        if onward.get("code") and onward.get("state") == state:
            return onward["code"]
        raise NoIdentityError(
            f"Gitea gives the client {self.client_id} no code for {self.user}: "
            f"{onward.get('error_description') or f'it answered {answer.status_code}'}. "
            f"Expected a confidential client that may lead to {REDIRECT}"
        )

    def _post(self, path: str, form: dict[str, str]) -> httpx.Response:
        headers = {HEADER: self.client.cookies.get(COOKIE) or ""}
        return self.client.post(self._at(path), data=form, headers=headers)

    def _at(self, path: str) -> str:
        return f"{self.url.rstrip('/')}{path}"
