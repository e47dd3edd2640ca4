"""The double of OVH."""

import secrets
import time

from rehearsal.doubles.answer import Answer
from rehearsal.doubles.api_double import ApiDouble
from rehearsal.doubles.ovh.caller import Caller
from rehearsal.doubles.ovh.client_requests import client_requests
from rehearsal.doubles.ovh.domain_requests import domain_requests
from rehearsal.doubles.ovh.ovh_state import Domain, OvhState
from rehearsal.doubles.ovh.policy_requests import policy_requests
from rehearsal.doubles.ovh.refusals import refused
from rehearsal.doubles.request import Request

CLIENTS = ("1.0", "me", "api", "oauth2", "client")
POLICIES = ("v2", "iam", "policy")
DOMAIN = ("1.0", "domain")
TOKEN = ("auth", "oauth2", "token")
TOKEN_SECONDS = 3599


class OvhDouble(ApiDouble[OvhState]):
    """OVH with one account: OAuth2 clients with their logins, policies, and domains.

    The credentials of its application are in `state`, drawn anew for each double. As at OVH, `address` is the first
    version of the API; policies are in the second, and logins at `token_address`.
    """

    def __init__(self, *, domains: tuple[str, ...] = ("example.org",)) -> None:
        """Give the account *domains*."""
        super().__init__(
            OvhState(
                account="xx11111-ovh",
                application_key=secrets.token_hex(8),
                application_secret=secrets.token_hex(16),
                consumer_key=secrets.token_hex(16),
                domains={name: Domain(name_servers=["dns10.ovh.test", "ns10.ovh.test"]) for name in domains},
            )
        )

    @property
    def address(self) -> str:
        """Where the API begins."""
        return f"{self.origin}/1.0"

    @property
    def token_address(self) -> str:
        """Where a client logs in."""
        return f"{self.origin}/{'/'.join(TOKEN)}"

    @property
    def environment(self) -> dict[str, str]:
        """Return the credentials of the application, as the environment holds them."""
        return {
            "OVH_APPLICATION_KEY": self.state.application_key,
            "OVH_APPLICATION_SECRET": self.state.application_secret,
            "OVH_CONSUMER_KEY": self.state.consumer_key,
        }

    def answer(self, request: Request, state: OvhState) -> Answer:
        """Do what is asked for, for who may."""
        place = request.segments
        if place == ("1.0", "auth", "time"):
            return Answer.of_json(int(time.time()))
        if place == TOKEN:
            return _login(request, state)
        caller = Caller.of(request, state, origin=self.origin)
        if place[: len(DOMAIN)] == DOMAIN and len(place) > len(DOMAIN):
            return domain_requests(request, state, caller, place[len(DOMAIN) :])
        for known, work, action in (
            (CLIENTS, client_requests, "account:apiovh:me/api/oauth2/client"),
            (POLICIES, policy_requests, "account:apiovh:iam/policy"),
        ):
            if place[: len(known)] == known and len(place) <= len(known) + 1:
                caller.assure_may(action, f"urn:v1:eu:resource:account:{state.account}", state)
                return work(request, state, place[len(known)] if len(place) > len(known) else None)
        raise refused(404, "Got an invalid (or empty) URL")

    def failure(self, status: int, message: str, *, headers: dict[str, str] | None = None) -> Answer:
        """Return an answer that says *message*, in OVH's form."""
        told = refused(status, message).answer
        return Answer(status=status, headers={**told.headers, **(headers or {})}, body=told.body)


def _login(request: Request, state: OvhState) -> Answer:
    asked = request.form
    client = state.clients.get(asked.get("client_id", ""))
    if request.method != "POST" or asked.get("grant_type") != "client_credentials" or asked.get("scope") != "all":
        return Answer.of_json({"error": "invalid_request"}, status=400)
    if client is None or client.flow != "CLIENT_CREDENTIALS" or client.secret != asked.get("client_secret"):
        return Answer.of_json({"error": "invalid_client"}, status=401)
    token = secrets.token_urlsafe(48)
    state.tokens[token] = asked["client_id"]
    return Answer.of_json(
        {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS, "scope": "all"}
    )  # fmt: skip
