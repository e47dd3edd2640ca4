"""The token of Gitea, asked of a real one."""

from collections.abc import Iterator

import httpx
import pytest

from ops.credentials.asking import Place
from ops.credentials.finding import Finding, State
from ops.credentials.gitea import check_gitea
from rehearsal.servers.gitea import GiteaServer
from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.postgresql import PostgresServer

PASSWORD = "somebody-password"  # noqa: S105 - of an account that lives as long as these tests


@pytest.fixture(scope="module")
def gitea() -> Iterator[GiteaServer]:
    """Run a Gitea with an administrator, and somebody who is none."""
    with (
        own_folder() as folder,
        PostgresServer("16", folder=folder / "postgresql") as database,
        GiteaServer(database, folder=folder / "gitea") as server,
    ):
        with server.client() as hand:
            for name in ("second", "somebody"):
                new = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
                hand.post("/admin/users", json={**new, "must_change_password": False}).raise_for_status()
            told = {"login_name": "second", "source_id": 0, "admin": True}
            hand.patch("/admin/users/second", json=told).raise_for_status()
        yield server


def _token(gitea: GiteaServer, user: str, *scopes: str) -> str:
    with gitea.client() as client:
        answer = client.post(
            f"/users/{user}/tokens", auth=httpx.BasicAuth(user, PASSWORD),
            json={"name": " ".join(scopes), "scopes": [*scopes]},
        )  # fmt: skip
    return str(answer.raise_for_status().json()["sha1"])


def _asked(gitea: GiteaServer, token: str) -> Finding:
    place = Place(url=gitea.url, ca=gitea.authority.root)
    return check_gitea(place, environment={"GITEA_TOKEN": token})


def test_an_administrator(gitea: GiteaServer) -> None:
    """A token with all scopes is good, and its owner is named."""
    found = _asked(gitea, gitea.token)

    assert (found.state, found.found) == (State.OK, f"administrator {gitea.administrator}")


def test_an_administrator_with_the_scopes_that_are_needed(gitea: GiteaServer) -> None:
    """No more is asked for than the page says."""
    scopes = ("write:admin", "write:organization", "write:repository", "write:user")

    assert _asked(gitea, _token(gitea, "second", *scopes)).state is State.OK


def test_nothing_is_changed_by_the_question(gitea: GiteaServer) -> None:
    """The question names what cannot exist: accounts and organisations are as before."""
    with gitea.client() as client:
        before = [client.get(path).json() for path in ("/orgs", "/repos/search")]
        names = [user["login"] for user in client.get("/admin/users").json()]

        _asked(gitea, gitea.token)

        assert [client.get(path).json() for path in ("/orgs", "/repos/search")] == before
        assert [user["login"] for user in client.get("/admin/users").json()] == names


def test_nothing_is_set(gitea: GiteaServer) -> None:
    """The variable is named, and where its content is made."""
    found = _asked(gitea, " ")

    assert (found.state, found.found) == (State.MISSING, "GITEA_TOKEN is not set")


def test_a_token_that_gitea_does_not_know(gitea: GiteaServer) -> None:
    """A deleted token is refused, and not repeated."""
    found = _asked(gitea, "unheard-of")

    assert found.state is State.REFUSED
    assert "unheard-of" not in found.found + found.helps


def test_somebody_who_is_no_administrator(gitea: GiteaServer) -> None:
    """A good token of the wrong account is named with its owner."""
    found = _asked(gitea, _token(gitea, "somebody", "all"))

    assert (found.state, found.found) == (
        State.WRONG_ACCOUNT, "the token is the one of somebody, who is no administrator",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("scopes", "lacking"),
    [
        (("write:issue",), "read:user"),
        (("read:user",), "write:admin, write:organization, write:repository"),
        (("read:user", "write:admin", "write:repository", "read:organization"), "write:organization"),
    ],
)
def test_a_token_that_may_too_little(gitea: GiteaServer, scopes: tuple[str, ...], lacking: str) -> None:
    """The scopes that it lacks are named; one that may only read is not enough."""
    found = _asked(gitea, _token(gitea, "second", *scopes))

    assert (found.state, found.found) == (State.NO_PERMISSION, f"the token lacks the scope {lacking}")


def test_another_server_answers(gitea: GiteaServer) -> None:
    """An address that leads to a page is not Gitea's API."""
    place = Place(url=f"{gitea.url}/assets", ca=gitea.authority.root)

    found = check_gitea(place, environment={"GITEA_TOKEN": gitea.token})

    assert found.state is State.UNREACHABLE
    assert "does not answer as Gitea does" in found.found
