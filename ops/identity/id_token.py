"""The token that says who a workflow is, from whatever the forge offers."""

import ssl
from collections.abc import Mapping

import httpx

from ops.identity.forge_login import VARIABLES, ForgeLogin
from ops.identity.no_identity_error import NoIdentityError

REQUEST_URL, REQUEST_TOKEN = "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
TIMES = httpx.Timeout(30, connect=10)


def id_token(audience: str, environment: Mapping[str, str], *, authority: str | None = None) -> str:
    """Return a token for *audience*: of the job where the forge gives one, else of the user of the repository.

    *authority* is PEM text; without it the certificates of the system are trusted.

    Raises:
        NoIdentityError: *environment* holds neither, or the forge refuses.

    """
    # Neither a proxy nor certificates from the environment: what proves us goes to this server and to no other.
    trust = ssl.create_default_context(cadata=authority)
    with httpx.Client(verify=trust, timeout=TIMES, trust_env=False) as client:
        try:
            return _of_job(client, audience, environment) or _of_user(client, audience, environment)
        except httpx.HTTPError as error:
            # The text of a fault may hold the address that was asked for, with a code in it.
            raise NoIdentityError(f"the forge gives no answer: {type(error).__name__}") from None


def _of_job(client: httpx.Client, audience: str, environment: Mapping[str, str]) -> str | None:
    url, token = (environment.get(name, "") for name in (REQUEST_URL, REQUEST_TOKEN))
    if not (url and token):
        return None
    # Behind what the address holds already: it names the job.
    asked = httpx.URL(url).copy_merge_params({"audience": audience})
    answer = client.get(asked, headers={"Authorization": f"Bearer {token}"})
    return told(answer, "value", asked=f"the address in {REQUEST_URL}")


def _of_user(client: httpx.Client, audience: str, environment: Mapping[str, str]) -> str:
    missing = [name for name in VARIABLES if not environment.get(name)]
    if missing:
        raise NoIdentityError(
            f"nothing says who this workflow is. Expected {REQUEST_URL} and {REQUEST_TOKEN} from the forge, or all of "
            f"{', '.join(VARIABLES)}; missing: {', '.join(missing)}"
        )
    login = ForgeLogin(client, *(environment[name] for name in VARIABLES))
    if audience != login.client_id:
        raise NoIdentityError(
            f"Gitea's tokens are for the client that asks, found the audience {audience}. Expected the id of the "
            f"client as settings.tokens.audience: {login.client_id}"
        )
    return told(login.tokens(), "id_token", asked="Gitea")


def told(answer: httpx.Response, field: str, *, asked: str) -> str:
    """Return the text *field* of the JSON *answer*."""
    try:
        content = answer.json()
    except ValueError:
        content = None
    found = content.get(field) if isinstance(content, dict) else None
    if answer.is_success and isinstance(found, str) and found:
        return found
    said = content.get("error_description") if isinstance(content, dict) else None
    raise NoIdentityError(f"{asked} answered {answer.status_code} without {field}: {said or 'no reason given'}")
