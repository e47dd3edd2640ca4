"""The key of Google's service account."""

import urllib.parse

import httpx
from pydantic import JsonValue

from ops.credentials.asking import Asking, Place
from ops.credentials.examined import examined
from ops.credentials.finding import Finding, State
from ops.credentials.unusable_error import UnusableError
from provider.factory_error import FactoryError
from provider.google.login import GRANT, SCOPE
from provider.google.service_account_key import VARIABLE, ServiceAccountKey

HOW = "docs/runbooks/credentials.md says how it is made"
ANOTHER = f"make another key for the service account: {HOW}"
FORBIDDEN = 403
NOT_SEEN = frozenset({400, 403, 404})
"""What Google says of a project that is somebody else's, or that there is not."""
_MEANINGS = {
    "reasonable timeframe": (State.CLOCK, "Google finds the request too old or too new", "set this machine's clock"),
    "account not found": (State.REFUSED, "the service account is gone", f"make it anew, and a key: {HOW}"),
    "disabled": (State.REFUSED, "the service account is disabled", "gcloud iam service-accounts enable EMAIL"),
    "signature": (State.REFUSED, "the key was deleted, or has expired", ANOTHER),
}
"""Part of what Google says of a login → what it means, what was found, what helps."""


def check_google(place: Place, *, project: str) -> Finding:
    """Log in, and ask whether the account may see buckets and keys of *project*."""
    return examined(VARIABLE, lambda: _check(place, project))


def _check(place: Place, project: str) -> str:
    key = _key()
    token = _logged_in(key, place)
    headers = {"Authorization": f"Bearer {token}"}
    with Asking(place, called="Google's storage") as storage:
        for what, path, query in (
            ("buckets", "/storage/v1/b", {"project": project, "maxResults": "1"}),
            ("HMAC keys", f"/storage/v1/projects/{project}/hmacKeys", {"maxResults": "1"}),
        ):
            answer = storage.ask("GET", path, query=query, headers=headers)
            if not answer.is_success:
                raise _meaning(answer, key, project=project, what=what)
            storage.content(answer)
    return key.email


def _key() -> ServiceAccountKey:
    try:
        return ServiceAccountKey.from_environment()
    except FactoryError as error:
        state = State.MISSING if "is not set" in str(error) else State.MALFORMED
        raise UnusableError(state, str(error), helps=f"export {VARIABLE} as JSON text: {HOW}") from None


def _logged_in(key: ServiceAccountKey, place: Place) -> str:
    there = urllib.parse.urlsplit(key.token_uri)
    at = Place(url=f"{there.scheme}://{there.netloc}", clock=place.clock)
    with Asking(at, called="Google's login") as login:
        form = {"grant_type": GRANT, "assertion": key.assertion(SCOPE)}
        answer = login.ask("POST", there.path or "/", form=form)
        content = login.content(answer)
    token = content.get("access_token")
    if isinstance(token, str) and answer.is_success:
        return token
    said = _said(content)
    state, found, helps = next(
        (meaning for part, meaning in _MEANINGS.items() if part in said.lower()),
        (State.REFUSED, f"Google lets nobody in with this key: {said}", ANOTHER),
    )
    raise UnusableError(state, f"{key.email}: {found}", helps=helps)


def _meaning(answer: httpx.Response, key: ServiceAccountKey, *, project: str, what: str) -> UnusableError:
    own = key.email.partition("@")[2].removesuffix(".iam.gserviceaccount.com")
    if answer.status_code in NOT_SEEN and own != project:
        return UnusableError(
            State.WRONG_ACCOUNT, f"{key.email} belongs to the project {own}, and may not see the {what} of {project}",
            helps=f"export the key of a service account of {project}: {HOW}",
        )  # fmt: skip
    if answer.status_code == FORBIDDEN:
        return UnusableError(
            State.NO_PERMISSION, f"{key.email} may not see the {what} of {project}",
            helps="give it the roles roles/storage.admin, roles/storage.hmacKeyAdmin and roles/iam.serviceAccountAdmin",
        )  # fmt: skip
    return UnusableError(
        State.REFUSED, f"Google answered {answer.status_code} when asked for the {what} of {project}", helps=ANOTHER
    )


def _said(content: dict[str, JsonValue]) -> str:
    return str(content.get("error_description") or content.get("error"))[:200]
