"""The token of Gitea: an administrator's, that may write what the stack writes."""

from collections.abc import Mapping

from ops.credentials.asking import Asking, Place
from ops.credentials.examined import examined
from ops.credentials.finding import Finding, State
from ops.credentials.given import given
from ops.credentials.unusable_error import UnusableError

VARIABLE = "GITEA_TOKEN"
WHAT = "a token of an administrator (Gitea: Settings, Applications)"
SCOPES = "write:admin, write:organization, write:repository and write:user"
UNAUTHORIZED, FORBIDDEN = 401, 403

# No account can have this name: two marks in a row are refused. The answer says whether the token might.
NOBODY = "no--body"
PROBES = {
    "write:admin": f"/api/v1/admin/users/{NOBODY}",
    "write:organization": f"/api/v1/orgs/{NOBODY}",
    "write:repository": f"/api/v1/repos/{NOBODY}/{NOBODY}",
}
"""Scope → what only it may change, of a name that nobody can have."""


def check_gitea(place: Place, *, environment: Mapping[str, str]) -> Finding:
    """Ask who the token is, and whether it may do what the stack does."""
    return examined(VARIABLE, lambda: _check(place, environment))


def _check(place: Place, environment: Mapping[str, str]) -> str:
    token = given(environment, VARIABLE, what=WHAT)
    with Asking(place, called="Gitea") as gitea:
        headers = {"Authorization": f"token {token}"}
        answer = gitea.ask("GET", "/api/v1/user", headers=headers)
        if answer.status_code == UNAUTHORIZED:
            raise UnusableError(
                State.REFUSED, "Gitea does not know the token: it was deleted, or is of another Gitea",
                helps=f"make another one, as an administrator, with the scopes {SCOPES}",
            )  # fmt: skip
        if answer.status_code == FORBIDDEN:
            raise _lacking(["read:user"])
        user = gitea.content(answer)
        if not user.get("is_admin"):
            raise UnusableError(
                State.WRONG_ACCOUNT, f"the token is the one of {user.get('login')}, who is no administrator",
                helps=f"make one as an administrator, with the scopes {SCOPES}",
            )  # fmt: skip
        lacking = [
            scope
            for scope, path in PROBES.items()
            if gitea.ask("PATCH", path, headers=headers, json={}).status_code == FORBIDDEN
        ]
        if lacking:
            raise _lacking(lacking)
        return f"administrator {user.get('login')}"


def _lacking(scopes: list[str]) -> UnusableError:
    return UnusableError(
        State.NO_PERMISSION, f"the token lacks the scope {', '.join(scopes)}",
        helps=f"make another one with the scopes {SCOPES}",
    )  # fmt: skip
