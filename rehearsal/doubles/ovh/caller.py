"""Who asks: the application of the account, or one of its clients."""

import dataclasses
import fnmatch
import hashlib
import hmac
import time

from rehearsal.doubles.ovh.ovh_state import OvhState
from rehearsal.doubles.ovh.refusals import not_let_in, refused
from rehearsal.doubles.request import Request

OLDEST_SECONDS = 30


@dataclasses.dataclass(frozen=True)
class Caller:
    """Who asks."""

    client_id: str | None
    """Id of the client; `None` for the application, which has all rights of the account."""

    @classmethod
    def of(cls, request: Request, state: OvhState, *, origin: str) -> "Caller":
        """Return who sent *request* to *origin*, proved by a token or a signature."""
        if "authorization" in request.headers:
            client_id = state.tokens.get(request.bearer)
            if client_id is None or client_id not in state.clients:
                raise refused(401, "Invalid access token")
            return cls(client_id)
        _assure_signed(request, state, origin=origin)
        return cls(None)

    def assure_may(self, action: str, resource: str, state: OvhState) -> None:
        """Refuse unless a policy allows *action* on *resource*."""
        if self.client_id is None:
            return
        identity = state.identity(self.client_id)
        if not any(_allows(policy, identity, action, resource) for policy in state.policies.values()):
            raise refused(
                403,
                "User not granted for this request",
                details={"unauthorizedActionsByAuthentication": "", "unauthorizedActionsByIAM": action},
            )


def _assure_signed(request: Request, state: OvhState, *, origin: str) -> None:
    told = request.headers
    if told.get("x-ovh-application") is None:
        raise not_let_in(401, "NOT_CREDENTIAL", "You must login first")
    if told["x-ovh-application"] != state.application_key:
        raise not_let_in(403, "INVALID_KEY", "This application key is invalid")
    if told.get("x-ovh-consumer") != state.consumer_key:
        raise not_let_in(403, "INVALID_CREDENTIAL", "This credential is not valid")
    now = told.get("x-ovh-timestamp", "")
    if not now.isdecimal() or abs(int(now) - time.time()) > OLDEST_SECONDS:
        raise not_let_in(400, "QUERY_TIME_OUT", "Query out of time")
    url = f"{origin}{request.path}" + (f"?{request.raw_query}" if request.raw_query else "")
    parts = [state.application_secret, state.consumer_key, request.method, url, request.body.decode(), now]
    expected = "$1$" + hashlib.sha1("+".join(parts).encode(), usedforsecurity=False).hexdigest()
    if not hmac.compare_digest(expected, told.get("x-ovh-signature", "")):
        raise not_let_in(400, "INVALID_SIGNATURE", "Invalid signature")


def _allows(policy: object, identity: str, action: str, resource: str) -> bool:
    if not isinstance(policy, dict) or identity not in policy["identities"]:
        return False
    if not any(fnmatch.fnmatchcase(resource, one["urn"]) for one in policy["resources"]):
        return False
    rights = policy["permissions"]
    named = {kind: [one["action"] for one in rights.get(kind, [])] for kind in ("allow", "except", "deny")}
    fits = {kind: any(fnmatch.fnmatchcase(action, one) for one in actions) for kind, actions in named.items()}
    return fits["allow"] and not fits["except"] and not fits["deny"]
