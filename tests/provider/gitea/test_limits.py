"""What the resources on Gitea refuse to do, and what they leave alone."""

import httpx
import pytest

from provider.differences import differences
from provider.factory_error import FactoryError
from provider.gitea.api import GiteaApi
from provider.gitea_kinds.gitea_kind import GiteaKind
from provider.resource_kind import DeletesKnown
from provider.values import Properties
from tests.provider.gitea.conftest import ANOTHER_REPOSITORY, ORGANIZATION, REPOSITORY
from tests.provider.gitea.lives import FIRST_KEY


def _checked(kind: GiteaKind, inputs: Properties) -> Properties:
    checked = kind.check(inputs)
    assert checked.faults == []
    return checked.inputs


def test_administrator_is_not_taken_over(kinds: dict[str, GiteaKind], hand: httpx.Client) -> None:
    """A name that an administrator has is a mistake: making the user would take her rights."""
    inputs = _checked(kinds["User"], {"username": "administrator", "email": "administrator@example.org"})

    with pytest.raises(FactoryError, match="there is one already, and it is an administrator"):
        kinds["User"].make(inputs, {})

    assert hand.get("/user").json()["is_admin"] is True


@pytest.mark.parametrize(
    ("rules", "named"),
    [
        ({"enable_push": True, "enable_push_whitelist": True, "push_whitelist_usernames": ["reader"]}, "usernames"),
        ({"enable_merge_whitelist": True, "merge_whitelist_teams": ["cannot-read"]}, "merge_whitelist_teams"),
    ],
)
def test_what_gitea_drops_in_silence_is_an_error(
    rules: Properties, named: str, kinds: dict[str, GiteaKind], hand: httpx.Client
) -> None:
    """Gitea leaves users and teams without rights out of a rule, and says that all went well."""
    team = {"name": "cannot-read", "permission": "none", "units_map": {"repo.code": "read"}}
    hand.post(f"/orgs/{ORGANIZATION}/teams", json=team)
    kind = kinds["BranchProtection"]
    inputs = _checked(kind, {"repository": REPOSITORY, "rule_name": "main", **rules})

    with pytest.raises(FactoryError, match=rf"Gitea did not take \w*{named} as declared"):
        kind.make(inputs, {})

    kind.delete(f"{REPOSITORY}/main")


def test_unknown_part_of_a_repository(kinds: dict[str, GiteaKind]) -> None:
    """A mistyped unit is taken by Gitea for something else, and is an error."""
    kind = kinds["Team"]
    inputs = _checked(kind, {"organization": ORGANIZATION, "name": "mistyped", "units": {"repo.coed": "read"}})

    with pytest.raises(FactoryError, match=r"mistyped: Gitea did not take units as declared|Gitea answered"):
        kind.make(inputs, {})

    kind.delete(f"{ORGANIZATION}/mistyped")


def test_unknown_repository_of_a_team(kinds: dict[str, GiteaKind]) -> None:
    """A repository that is not there is named by the answer."""
    kind = kinds["Team"]
    inputs = _checked(
        kind,
        {"organization": ORGANIZATION, "name": "strays", "units": {"repo.code": "read"}, "repositories": ["nowhere"]},
    )

    with pytest.raises(FactoryError, match=r"404 to PUT .*/nowhere"):
        kind.make(inputs, {})

    kind.delete(f"{ORGANIZATION}/strays")


def test_two_clients_with_one_name(kinds: dict[str, GiteaKind], hand: httpx.Client) -> None:
    """Which of two is in use nobody can tell: a refresh shows both, and a run changes neither."""
    kind = kinds["OAuth2Application"]
    inputs = _checked(kind, {"name": "twice", "redirect_uris": ["https://a.example.org"]})
    state = kind.make(inputs, {})
    second = hand.post(
        "/user/applications/oauth2", json={"name": "twice", "redirect_uris": ["https://theirs.example.org"]}
    ).json()

    found = kind.read("twice", inputs, state)

    assert found is not None
    assert differences(found.outputs, inputs).keys() == {"copies"}
    with pytest.raises(FactoryError, match="there are 2 with this name"):
        kind.make(inputs, state)
    hand.delete(f"/user/applications/oauth2/{second['id']}").raise_for_status()
    kind.delete("twice")


def test_key_of_somebody_else(kinds: dict[str, GiteaKind]) -> None:
    """A key belongs to one user: Gitea's answer names the fault, and the other user keeps the key."""
    kind = kinds["SshKey"]
    inputs = _checked(kind, {"username": "reader", "title": "first", "key": FIRST_KEY})
    kind.make(inputs, {})

    with pytest.raises(FactoryError, match="422 to POST /api/v1/admin/users/writer/keys"):
        kind.make({**inputs, "username": "writer"}, {})

    assert kind.read("reader/first", inputs, {}) is not None
    kind.delete("reader/first")


def test_member_of_a_team_that_is_gone(kinds: dict[str, GiteaKind]) -> None:
    """Without the team the membership is gone, and cannot be made."""
    kind = kinds["TeamMembership"]
    inputs = _checked(kind, {"organization": ORGANIZATION, "team": "no-such", "username": "reader"})

    assert kind.read(f"{ORGANIZATION}/no-such/reader", inputs, inputs) is None
    kind.delete(f"{ORGANIZATION}/no-such/reader")
    with pytest.raises(FactoryError, match="there is none"):
        kind.make(inputs, {})


def test_value_written_over_ours_is_not_seen(kinds: dict[str, GiteaKind], hand: httpx.Client) -> None:
    """What Gitea does not tell stays unseen, and the digest in the state is what a workflow compares with."""
    kind = kinds["ActionsSecret"]
    inputs = _checked(kind, {"place": ORGANIZATION, "name": "OVERWRITTEN", "value": "ours"})
    state = kind.make(inputs, {})
    hand.put(f"/orgs/{ORGANIZATION}/actions/secrets/OVERWRITTEN", json={"data": "theirs"}).raise_for_status()

    found = kind.read(f"{ORGANIZATION}/OVERWRITTEN", inputs, state)

    assert found is not None
    assert found.outputs == state
    kind.delete(f"{ORGANIZATION}/OVERWRITTEN")


def test_restricted_user_reads_what_the_team_reads(
    kinds: dict[str, GiteaKind], hand: httpx.Client, api: GiteaApi
) -> None:
    """User, team and membership together are for something: one private repository is read, the other is hidden."""
    password = "correct-horse-battery"  # noqa: S105 - throw-away
    declared: list[tuple[str, Properties]] = [
        ("User", {"username": "module-reader", "email": "module-reader@example.org", "password": password}),
        (
            "Team",
            {
                "organization": ORGANIZATION, "name": "modules", "units": {"repo.code": "read"},
                "repositories": ["modules"],
            },
        ),
        ("TeamMembership", {"organization": ORGANIZATION, "team": "modules", "username": "module-reader"}),
    ]  # fmt: skip
    for kind, inputs in declared:
        kinds[kind].make(_checked(kinds[kind], inputs), {})

    def status(place: str) -> int:
        file = f"/repos/{place}/contents/README.md"
        return hand.get(file, headers={"Authorization": ""}, auth=("module-reader", password)).status_code

    assert (status(ANOTHER_REPOSITORY), status(REPOSITORY)) == (200, 404)
    assert api.lets_in("module-reader", password, path="/api/v1/user")
    for kind, inputs in reversed(declared):
        kinds[kind].delete(kinds[kind].identity(inputs))
    assert status(ANOTHER_REPOSITORY) == 401


def test_renamed_client_is_deleted_too(kinds: dict[str, GiteaKind], hand: httpx.Client) -> None:
    """An application that somebody renamed is found by its client id; its new name hides it from nobody."""
    kind = kinds["OAuth2Application"]
    assert isinstance(kind, DeletesKnown)
    state = kind.make(kind.check({"name": "before", "redirect_uris": ["https://x.example.org"]}).inputs, {})
    applications = "/user/applications/oauth2"
    one = next(one for one in hand.get(applications).json() if one["client_id"] == state["client_id"])
    body = {"name": "after", "redirect_uris": one["redirect_uris"]}
    hand.patch(f"{applications}/{one['id']}", json=body).raise_for_status()

    kind.delete_known("before", state)

    assert hand.get(f"{applications}/{one['id']}").status_code == httpx.codes.NOT_FOUND


def test_redirected_webhook_is_deleted_too(kinds: dict[str, GiteaKind], hand: httpx.Client) -> None:
    """A webhook that somebody sent elsewhere is found by its id, and deleted."""
    kind = kinds["Webhook"]
    assert isinstance(kind, DeletesKnown)
    given = {"place": REPOSITORY, "url": "https://before.example.org", "secret": "s"}
    state = kind.make(kind.check(given).inputs, {})
    path = f"/repos/{REPOSITORY}/hooks/{state['hook']}"
    body = {"config": {"url": "https://after.example.org", "content_type": "json"}, "events": ["push"]}
    hand.patch(path, json=body).raise_for_status()

    kind.delete_known(f"{REPOSITORY}/https://before.example.org", state)

    assert hand.get(path).status_code == httpx.codes.NOT_FOUND


def test_renamed_user_is_deleted_too(kinds: dict[str, GiteaKind], hand: httpx.Client) -> None:
    """A user whom somebody renamed is found by its number; one who has the old name since then stays."""
    kind = kinds["User"]
    assert isinstance(kind, DeletesKnown)
    inputs = _checked(kind, {"username": "user-before", "email": "user-before@example.org"})
    state = kind.make(inputs, {})
    hand.post("/admin/users/user-before/rename", json={"new_username": "user-after"}).raise_for_status()
    other = {"username": "user-before", "email": "other@example.org", "password": "correct-horse-battery"}
    hand.post("/admin/users", json=other).raise_for_status()

    kind.delete_known("user-before", state)

    assert hand.get("/users/user-after").status_code == httpx.codes.NOT_FOUND
    assert hand.get("/users/user-before").status_code == httpx.codes.OK
    kind.delete("user-before")


def test_user_of_another_gitea_is_not_deleted(kinds: dict[str, GiteaKind], hand: httpx.Client) -> None:
    """The number of a user means another one on a Gitea that was set up anew; the time of the making tells."""
    kind = kinds["User"]
    assert isinstance(kind, DeletesKnown)
    inputs = _checked(kind, {"username": "stays", "email": "stays@example.org"})
    state = kind.make(inputs, {})

    kind.delete_known("never-there", {**state, "created": "2001-01-01T00:00:00Z"})

    assert hand.get("/users/stays").status_code == httpx.codes.OK
    kind.delete("stays")


def test_renamed_team_is_deleted_too(kinds: dict[str, GiteaKind], hand: httpx.Client) -> None:
    """A team that somebody renamed is found by its number, and deleted."""
    kind = kinds["Team"]
    assert isinstance(kind, DeletesKnown)
    inputs = _checked(kind, {"organization": ORGANIZATION, "name": "team-before", "units": {"repo.code": "read"}})
    state = kind.make(inputs, {})
    path = f"/teams/{state['team']}"
    hand.patch(path, json={"name": "team-after"}).raise_for_status()

    kind.delete_known(f"{ORGANIZATION}/team-before", state)

    assert hand.get(path).status_code == httpx.codes.NOT_FOUND
