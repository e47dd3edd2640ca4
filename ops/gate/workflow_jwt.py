"""The token by which a workflow says who it is."""

import base64
import json
from collections.abc import Mapping

import httpx

from ops.credentials.asking import Asking, Place
from ops.gate.refused_error import RefusedError

REQUEST_URL, REQUEST_TOKEN = "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
ID_TOKEN = "TERRAFORM_VAULT_AUTH_JWT"  # noqa: S105 -- the name of a variable
REFRESH = ("FACTORY_OAUTH_URL", "FACTORY_OAUTH_CLIENT", "FACTORY_OAUTH_SECRET", "FACTORY_OAUTH_REFRESH_TOKEN")
OK = 200


def workflow_jwt(environment: Mapping[str, str], *, audience: str, ca: str | None = None) -> str:
    """Return the token, from the first source that *environment* has.

    The job's own identity where the forge gives one; else an id token that an earlier step left; else one that the
    forge's OAuth2 provider gives to the restricted user of the repository.

    Raises:
        RefusedError: there is no source, or it gives none.
        UnusableError: the forge gives no answer.

    """
    if environment.get(REQUEST_URL) and environment.get(REQUEST_TOKEN):
        return _of_job(environment, audience=audience, ca=ca)
    if given := environment.get(ID_TOKEN, "").strip():
        return given
    if all(environment.get(name) for name in REFRESH):
        return _of_user(*(environment[name] for name in REFRESH), ca=ca)
    raise RefusedError(
        f"nobody says who this workflow is. Expected {REQUEST_URL} and {REQUEST_TOKEN}, or {ID_TOKEN}, or "
        f"{', '.join(REFRESH)}; a workflow of a fork has none of them, and plans nothing"
    )


def claims(jwt: str) -> Mapping[str, object]:
    """Return what *jwt* says of itself, unproved; nothing where it cannot be read."""
    try:
        part = jwt.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _of_job(environment: Mapping[str, str], *, audience: str, ca: str | None) -> str:
    url = httpx.URL(environment[REQUEST_URL])
    headers = {"Authorization": f"Bearer {environment[REQUEST_TOKEN]}"}
    with Asking(Place(url=f"{url.scheme}://{url.netloc.decode()}", ca=ca), called="the forge") as forge:
        answer = forge.ask("GET", url.path, headers=headers, query={**dict(url.params), "audience": audience})
        return _told(answer, forge.content(answer).get("value"))


def _of_user(url: str, client: str, secret: str, refresh: str, *, ca: str | None) -> str:
    form = {"grant_type": "refresh_token", "client_id": client, "client_secret": secret, "refresh_token": refresh}
    with Asking(Place(url=url, ca=ca), called="Gitea") as forge:
        answer = forge.ask("POST", "/login/oauth/access_token", form=form)
        return _told(answer, forge.content(answer).get("id_token"))


def _told(answer: httpx.Response, token: object) -> str:
    if answer.status_code != OK or not isinstance(token, str) or not token:
        raise RefusedError(f"the forge gives this workflow no token: {answer.status_code} {answer.reason_phrase}")
    return token
