"""What the API's client asks for, and what it says when it is refused."""

import email.utils

import httpx
import pytest

from provider.factory_error import FactoryError
from provider.gitea.address import TOKEN_VARIABLE, GiteaAddress
from provider.gitea.api import GiteaApi
from provider.gitea.place import Place
from provider.gitea.refusal import refusal
from provider.gitea.tested_version import refuse_untested
from provider.gitea_kinds.gitea_kind import GiteaKind
from provider.http.waiting import LONGEST_ASKED, waiting_time
from rehearsal.fault_proxy import FaultProxy
from rehearsal.servers.gitea import GiteaServer
from rehearsal.servers.throw_away_authority import ThrowAwayAuthority
from tests.provider.gitea.conftest import ORGANIZATION, PAGE, REPOSITORY, by_name

URL = "https://gitea.example.org"


def _token_of(gitea: GiteaServer, user: str, scopes: list[str]) -> str:
    with gitea.client() as client:
        made = client.post(
            f"/users/{user}/tokens",
            json={"name": "-".join(scopes), "scopes": scopes},
            headers={"Authorization": ""},
            auth=(user, f"{user}-password"),
        )
        return str(made.raise_for_status().json()["sha1"])


def test_list_of_many_pages(spoiled: GiteaApi, proxy: FaultProxy) -> None:
    """A list is read to its end, page by page."""
    kind = by_name(spoiled)["ActionsVariable"]
    names = [f"NUMBER_{number}" for number in range(2 * PAGE + 1)]
    for name in names:
        kind.make({"place": REPOSITORY, "name": name, "value": "x", "description": ""}, {})

    path = f"/repos/{REPOSITORY}/actions/variables"
    found = [variable["name"] for variable in spoiled.listed(path, inside=f"/repos/{REPOSITORY}")]

    assert sorted(map(str, found)) == names
    assert proxy.sent("GET", path) == 3
    for name in names:
        kind.delete(f"{REPOSITORY}/{name}")


def test_token_is_missing(api: GiteaApi, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable is named, and who the token should belong to."""
    monkeypatch.delenv(TOKEN_VARIABLE)

    with pytest.raises(FactoryError, match=r"GITEA_TOKEN is not set. Expected a token of an administrator"):
        api.find("/user")


def test_token_is_not_valid(api: GiteaApi, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that the server does not know is named by its variable, never by its text."""
    monkeypatch.setenv(TOKEN_VARIABLE, "0123456789012345678901234567890123456789")

    with pytest.raises(FactoryError, match=r"401.*GITEA_TOKEN is not valid, or no longer") as error:
        api.find("/user")

    assert "0123456789" not in str(error.value)


def test_token_may_not(api: GiteaApi, gitea: GiteaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token without the scope is told so in Gitea's words."""
    monkeypatch.setenv(TOKEN_VARIABLE, _token_of(gitea, "reader", ["read:user"]))

    with pytest.raises(FactoryError, match=r"403.*scope.*Expected a token whose user and scopes allow this"):
        api.find(f"/repos/{REPOSITORY}")


def test_hidden_is_not_gone(
    api: GiteaApi, kinds: dict[str, GiteaKind], gitea: GiteaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gitea says "not found" of what a token may not see: that is an error, not a missing object."""
    kind = kinds["BranchProtection"]
    identity = f"{REPOSITORY}/main"
    assert kind.read(identity, {}, {}) is None

    monkeypatch.setenv(TOKEN_VARIABLE, _token_of(gitea, "reader", ["write:repository", "read:user"]))

    with pytest.raises(FactoryError, match=r"shows .* not to the user reader: it may be gone or hidden"):
        kind.read(identity, {}, {})
    assert api.find("/user") is not None


@pytest.mark.parametrize("place", ["no-such-organisation", f"{ORGANIZATION}/no-such-repository"])
def test_place_is_gone(place: str, kinds: dict[str, GiteaKind]) -> None:
    """With an organisation or a repository everything in it is gone, and a drift run goes on."""
    assert kinds["ActionsSecret"].read(f"{place}/NAME", {}, {}) is None
    assert kinds["ActionsVariable"].read(f"{place}/NAME", {}, {}) is None
    assert kinds["Webhook"].read(f"{place}/https://example.org", {}, {}) is None


def test_repository_has_moved(kinds: dict[str, GiteaKind], hand: httpx.Client) -> None:
    """A repository under a new name is not followed: the declaration is wrong, and the answer says how."""
    hand.post(f"/orgs/{ORGANIZATION}/repos", json={"name": "before"}).raise_for_status()
    hand.patch(f"/repos/{ORGANIZATION}/before", json={"name": "after"}).raise_for_status()

    with pytest.raises(FactoryError, match=r"it has moved to .*/after.*; declare its new name"):
        kinds["ActionsSecret"].read(f"{ORGANIZATION}/before/NAME", {}, {})

    hand.delete(f"/repos/{ORGANIZATION}/after").raise_for_status()


def test_certificate_is_not_trusted(gitea: GiteaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server with a certificate of somebody else gets no token, and is not asked twice."""
    monkeypatch.setenv(TOKEN_VARIABLE, gitea.token)
    api = GiteaApi(GiteaAddress(url=gitea.url, ca=ThrowAwayAuthority("another").root), waits=[60])

    with pytest.raises(FactoryError, match=r"is not trusted.*gitea_ca"):
        api.find("/user")


def test_address_without_encryption() -> None:
    """The token would travel in the open."""
    with pytest.raises(FactoryError, match=r"expected an address such as https"):
        GiteaAddress(url="http://gitea.example.org")


def test_no_certificate() -> None:
    """A path where a text is expected is told apart from an untrusted server."""
    with pytest.raises(FactoryError, match=r"gitea_ca: expected certificates as PEM text"):
        GiteaAddress(url=URL, ca="/etc/ssl/lab.pem").trust()


def test_secrets_are_taken_out_of_a_refusal() -> None:
    """Whatever Gitea repeats of what was sent, a secret is not in the text."""
    request = httpx.Request("PUT", f"{URL}/api/v1/orgs/o/actions/secrets/NAME")
    answer = httpx.Response(422, json={"message": "cannot store hunter2"}, request=request)

    told = str(refusal(answer, secrets=["hunter2", ""]))

    assert told == "Gitea answered 422 to PUT /api/v1/orgs/o/actions/secrets/NAME: cannot store [secret]"


@pytest.mark.parametrize("version", ["1.25.0", "1.25.5", "v1.25.9+dev-12-g00", "1.25"])
def test_tested_version(version: str) -> None:
    """Patches of the tested version pass."""
    refuse_untested(version, url=URL)


@pytest.mark.parametrize("version", ["1.24.9", "1.26.0", "2.25.1", "1.250.0", "development", "None", "10.1.25"])
def test_untested_version(version: str) -> None:
    """Any other version is refused with what to do."""
    with pytest.raises(FactoryError, match=r"Expected 1\.25\.x.*tests/provider/gitea"):
        refuse_untested(version, url=URL)


def test_untested_server_gets_no_request(spoiled: GiteaApi, monkeypatch: pytest.MonkeyPatch) -> None:
    """The version is asked for before anything else."""
    monkeypatch.setattr("provider.gitea.tested_version.TESTED", (1, 24))

    with pytest.raises(FactoryError, match=r"has version 1.25.5. Expected 1.24.x"):
        spoiled.send("POST", "/orgs", {"username": "never"})

    monkeypatch.undo()


@pytest.mark.parametrize(
    ("retry_after", "waited"),
    [("7", 7.0), ("100000", LONGEST_ASKED), (email.utils.formatdate(1030, usegmt=True), 30.0), ("0", 0.0)],
)
def test_server_says_how_long_to_wait(retry_after: str, waited: float) -> None:
    """Seconds and dates are understood, and have a limit."""
    assert waiting_time(4, retry_after=retry_after, now=1000) == waited


@pytest.mark.parametrize("retry_after", [None, "soon", "-3"])
def test_wait_of_our_own(retry_after: str | None) -> None:
    """Otherwise the wait is about as planned."""
    waits = {waiting_time(4, retry_after=retry_after) for _ in range(20)}

    assert len(waits) > 1
    assert all(3 <= wait <= 5 for wait in waits)


@pytest.mark.parametrize("text", ["", "a/b/c", "..", "a/..", "./b", "a b", "a?x=1", "/a", "a/"])
def test_no_place(text: str) -> None:
    """What is neither an organisation nor a repository gets into no path."""
    with pytest.raises(FactoryError, match=r"expected an organisation or organisation/repository"):
        Place.parse(text)
