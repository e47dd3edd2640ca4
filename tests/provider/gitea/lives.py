"""What each type of resource goes through: its inputs, and all that may be changed by hand."""

import dataclasses
import time
from collections.abc import Callable, Mapping
from typing import TypeAlias

import httpx

from provider.values import Properties
from tests.provider.gitea.conftest import ANOTHER_REPOSITORY, ORGANIZATION, REPOSITORY

ByHand: TypeAlias = Callable[[httpx.Client], object]

FIRST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA7to+crM86DU0MYrAFMRuWVX7erdDtx8ATQ8eMSN9Wu"
SECOND_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFd5q0Qw6nTh7T8S9x1bOQ9kQm1j0cVn2u3M8mF1tJpd"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Life:
    """One object."""

    kind: str
    """Last part of the token of its type."""
    inputs: Properties
    """As declared."""
    identity: str
    """Its id."""
    changed: Properties
    """Another declaration of the same object."""
    by_hand: Mapping[str, ByHand]
    """Property that shows it → a change by hand."""
    gone: ByHand
    """Deletes it by hand."""
    not_imported: frozenset[str] = frozenset()
    """Inputs that Gitea does not tell."""


def _into_the_next_second() -> None:
    """Wait for another time of Gitea's, which counts in seconds."""
    time.sleep(1.01 - time.time() % 1)


def _team(hand: httpx.Client, name: str) -> str:
    found = hand.get(f"/orgs/{ORGANIZATION}/teams/search", params={"q": name}).json()["data"]
    return f"/teams/{found[0]['id']}"


def _hook(hand: httpx.Client, place: str) -> str:
    return f"{place}/hooks/{hand.get(f'{place}/hooks').json()[0]['id']}"


def _edit_hook(**changes: object) -> ByHand:
    def edit(hand: httpx.Client) -> None:
        path = _hook(hand, f"/repos/{REPOSITORY}")
        now = hand.get(path).json()
        kept = {name: now[name] for name in ("config", "events", "branch_filter", "authorization_header", "active")}
        hand.patch(path, json={**kept, **changes}).raise_for_status()

    return edit


def _another_hook(hand: httpx.Client) -> None:
    config = {"url": "https://ci.example.org/erp", "content_type": "json"}
    hand.post(f"/repos/{REPOSITORY}/hooks", json={"type": "gitea", "config": config}).raise_for_status()


def _hook_made_again(hand: httpx.Client) -> None:
    _into_the_next_second()
    hand.delete(_hook(hand, f"/repos/{REPOSITORY}")).raise_for_status()
    config = {"url": "https://ci.example.org/erp", "content_type": "json", "secret": "theirs"}
    new = {"type": "gitea", "config": config, "events": ["push"], "branch_filter": "*", "active": True}
    hand.post(f"/repos/{REPOSITORY}/hooks", json=new).raise_for_status()


def _edit_user(**changes: object) -> ByHand:
    body = {"source_id": 0, "login_name": "ci", **changes}
    return lambda hand: hand.patch("/admin/users/ci", json=body).raise_for_status()


def _edit_rule(**changes: object) -> ByHand:
    return lambda hand: hand.patch(f"/repos/{REPOSITORY}/branch_protections/main", json=changes).raise_for_status()


def _edit_team(**changes: object) -> ByHand:
    def edit(hand: httpx.Client) -> None:
        path = _team(hand, "module-readers")
        now = hand.get(path).json()
        names = ("name", "permission", "units_map", "includes_all_repositories", "can_create_org_repo")
        hand.patch(path, json={**{name: now[name] for name in names}, **changes}).raise_for_status()

    return edit


def _application(hand: httpx.Client) -> str:
    found = hand.get("/user/applications/oauth2", params={"limit": "50"}).json()
    return f"/user/applications/oauth2/{next(one['id'] for one in found if one['name'] == 'erp')}"


def _edit_application(**changes: object) -> ByHand:
    def edit(hand: httpx.Client) -> None:
        path = _application(hand)
        hand.patch(path, json={**hand.get(path).json(), **changes}).raise_for_status()

    return edit


def _another_key(hand: httpx.Client) -> None:
    _delete_key(hand)
    hand.post("/admin/users/reader/keys", json={"title": "modules", "key": SECOND_KEY}).raise_for_status()


def _delete_key(hand: httpx.Client) -> None:
    found = hand.get("/users/reader/keys").json()
    hand.delete(f"/admin/users/reader/keys/{found[0]['id']}").raise_for_status()


def _secret_made_again(path: str) -> ByHand:
    def again(hand: httpx.Client) -> None:
        _into_the_next_second()
        hand.delete(path).raise_for_status()
        hand.put(path, json={"data": "theirs"}).raise_for_status()

    return again


def _actions(kind: str, place: str, prefix: str) -> Life:
    """Return the life of a secret or a variable, which differ in what Gitea tells."""
    noun = kind.removeprefix("Actions").lower()
    path = f"{prefix}/{place}/actions/{noun}s/FORGE_TOKEN"
    secret = kind == "ActionsSecret"
    edited = {"data": "first"} if secret else {"value": "first", "name": "FORGE_TOKEN"}
    return Life(
        kind=kind,
        inputs={"place": place, "name": "FORGE_TOKEN", "value": "first", "description": "for the forge"},
        identity=f"{place}/FORGE_TOKEN",
        changed={"place": place, "name": "FORGE_TOKEN", "value": "second"},
        by_hand={
            "value": _secret_made_again(path)
            if secret
            else lambda hand: hand.put(path, json={**edited, "value": "theirs", "description": "for the forge"}),
            "description": lambda hand: hand.put(path, json={**edited, "description": "theirs"}).raise_for_status(),
        },
        gone=lambda hand: hand.delete(path).raise_for_status(),
        not_imported=frozenset({"value"}) if secret else frozenset(),
    )


LIVES: Mapping[str, Life] = {
    "user": Life(
        kind="User",
        inputs={"username": "ci", "email": "ci@example.org", "full_name": "CI", "password": "first-password"},
        identity="ci",
        changed={"username": "ci", "email": "ci2@example.org", "password": "second-password", "visibility": "limited"},
        by_hand={
            "email": _edit_user(email="other@example.org"),
            "full_name": _edit_user(full_name="Other"),
            "visibility": _edit_user(visibility="public"),
            "restricted": _edit_user(restricted=False),
            "active": _edit_user(active=False),
            "admin": _edit_user(admin=True),
            "prohibit_login": _edit_user(prohibit_login=True),
            "password": _edit_user(password="theirs-theirs"),  # noqa: S106 - throw-away
        },
        gone=lambda hand: hand.delete("/admin/users/ci").raise_for_status(),
        not_imported=frozenset({"password"}),
    ),
    "SSH key": Life(
        kind="SshKey",
        inputs={"username": "reader", "title": "modules", "key": f"{FIRST_KEY} somebody@somewhere\n"},
        identity="reader/modules",
        changed={"username": "reader", "title": "modules", "key": SECOND_KEY},
        by_hand={"key": _another_key},
        gone=_delete_key,
    ),
    "secret of an organisation": _actions("ActionsSecret", ORGANIZATION, "/orgs"),
    "secret of a repository": _actions("ActionsSecret", REPOSITORY, "/repos"),
    "variable of an organisation": _actions("ActionsVariable", ORGANIZATION, "/orgs"),
    "variable of a repository": _actions("ActionsVariable", REPOSITORY, "/repos"),
    "team": Life(
        kind="Team",
        inputs={
            "organization": ORGANIZATION,
            "name": "module-readers",
            "units": {"repo.code": "read"},
            "repositories": ["modules"],
        },
        identity=f"{ORGANIZATION}/module-readers",
        changed={
            "organization": ORGANIZATION, "name": "module-readers", "description": "x",
            "units": {"repo.code": "write", "repo.issues": "read"}, "repositories": ["modules", "erp"],
        },
        by_hand={
            "description": _edit_team(description="theirs"),
            'units["repo.code"]': _edit_team(units_map={"repo.code": "write"}),
            'units["repo.wiki"]': _edit_team(units_map={"repo.code": "read", "repo.wiki": "read"}),
            "administers": _edit_team(permission="admin"),
            "can_create_repositories": _edit_team(can_create_org_repo=True),
            "all_repositories": _edit_team(includes_all_repositories=True),
            "repositories": lambda hand: hand.put(
                f"{_team(hand, 'module-readers')}/repos/{REPOSITORY}"
            ).raise_for_status(),
        },
        gone=lambda hand: hand.delete(_team(hand, "module-readers")).raise_for_status(),
    ),
    "team membership": Life(
        kind="TeamMembership",
        inputs={"organization": ORGANIZATION, "team": "Owners", "username": "reader"},
        identity=f"{ORGANIZATION}/Owners/reader",
        changed={"organization": ORGANIZATION, "team": "Owners", "username": "reader"},
        by_hand={},
        gone=lambda hand: hand.delete(f"{_team(hand, 'Owners')}/members/reader").raise_for_status(),
    ),
    "branch protection": Life(
        kind="BranchProtection",
        inputs={
            "repository": REPOSITORY,
            "rule_name": "main",
            "enable_push": True,
            "enable_push_whitelist": True,
            "push_whitelist_usernames": ["writer"],
            "enable_force_push": True,
            "enable_force_push_allowlist": True,
            "required_approvals": 1,
            "enable_status_check": True,
            "status_check_contexts": ["check"],
        },
        identity=f"{REPOSITORY}/main",
        changed={"repository": REPOSITORY, "rule_name": "main", "block_admin_merge_override": True},
        by_hand={
            "enable_push_whitelist": _edit_rule(enable_push=True, enable_push_whitelist=False),
            "push_whitelist_usernames": _edit_rule(push_whitelist_usernames=[]),
            "push_whitelist_teams": _edit_rule(push_whitelist_teams=["Owners"]),
            "push_whitelist_deploy_keys": _edit_rule(
                enable_push=True, enable_push_whitelist=True, push_whitelist_deploy_keys=True
            ),
            "enable_force_push": _edit_rule(enable_force_push=False),
            "enable_force_push_allowlist": _edit_rule(enable_force_push=True, enable_force_push_allowlist=False),
            "force_push_allowlist_usernames": _edit_rule(force_push_allowlist_usernames=["writer"]),
            "force_push_allowlist_teams": _edit_rule(force_push_allowlist_teams=["Owners"]),
            "force_push_allowlist_deploy_keys": _edit_rule(
                enable_force_push=True, enable_force_push_allowlist=True, force_push_allowlist_deploy_keys=True
            ),
            "enable_push": _edit_rule(enable_push=False),
            "enable_merge_whitelist": _edit_rule(enable_merge_whitelist=True),
            "merge_whitelist_usernames": _edit_rule(merge_whitelist_usernames=["writer"]),
            "merge_whitelist_teams": _edit_rule(merge_whitelist_teams=["Owners"]),
            "enable_status_check": _edit_rule(enable_status_check=False),
            "status_check_contexts": _edit_rule(status_check_contexts=["check", "theirs"]),
            "required_approvals": _edit_rule(required_approvals=0),
            "enable_approvals_whitelist": _edit_rule(enable_approvals_whitelist=True),
            "approvals_whitelist_username": _edit_rule(approvals_whitelist_username=["writer"]),
            "approvals_whitelist_teams": _edit_rule(approvals_whitelist_teams=["Owners"]),
            "block_on_rejected_reviews": _edit_rule(block_on_rejected_reviews=True),
            "block_on_official_review_requests": _edit_rule(block_on_official_review_requests=True),
            "block_on_outdated_branch": _edit_rule(block_on_outdated_branch=True),
            "dismiss_stale_approvals": _edit_rule(dismiss_stale_approvals=True),
            "ignore_stale_approvals": _edit_rule(ignore_stale_approvals=True),
            "require_signed_commits": _edit_rule(require_signed_commits=True),
            "protected_file_patterns": _edit_rule(protected_file_patterns="*.key"),
            "unprotected_file_patterns": _edit_rule(unprotected_file_patterns="*.md"),
            "block_admin_merge_override": _edit_rule(block_admin_merge_override=True),
        },
        gone=lambda hand: hand.delete(f"/repos/{REPOSITORY}/branch_protections/main").raise_for_status(),
    ),
    "branch protection of a pattern": Life(
        kind="BranchProtection",
        inputs={"repository": ANOTHER_REPOSITORY, "rule_name": "release/*"},
        identity=f"{ANOTHER_REPOSITORY}/release/*",
        changed={"repository": ANOTHER_REPOSITORY, "rule_name": "release/*", "enable_push": True},
        by_hand={},
        gone=lambda hand: hand.delete(
            f"/repos/{ANOTHER_REPOSITORY}/branch_protections/release%2F*"
        ).raise_for_status(),
    ),
    "webhook of a repository": Life(
        kind="Webhook",
        inputs={"place": REPOSITORY, "url": "https://ci.example.org/erp", "secret": "first"},
        identity=f"{REPOSITORY}/https://ci.example.org/erp",
        changed={
            "place": REPOSITORY, "url": "https://ci.example.org/erp", "secret": "second",
            "events": ["issues", "pull_request", "pull_request_review"], "authorization_header": "Bearer x",
            "content_type": "form", "active": False, "type": "gogs",
        },
        by_hand={
            "events": _edit_hook(events=["push", "delete"]),
            "branch_filter": _edit_hook(branch_filter="main"),
            "authorization_header": _edit_hook(authorization_header="Bearer theirs"),
            "active": _edit_hook(active=False),
            "content_type": _edit_hook(config={"content_type": "form"}),
            "copies": _another_hook,
            "secret": _hook_made_again,
        },
        gone=lambda hand: hand.delete(_hook(hand, f"/repos/{REPOSITORY}")).raise_for_status(),
        not_imported=frozenset({"secret"}),
    ),
    "webhook of an organisation": Life(
        kind="Webhook",
        inputs={"place": ORGANIZATION, "url": "https://ci.example.org/all", "secret": "first", "events": ["issues"]},
        identity=f"{ORGANIZATION}/https://ci.example.org/all",
        changed={"place": ORGANIZATION, "url": "https://ci.example.org/all", "secret": "first", "events": ["status"]},
        by_hand={},
        gone=lambda hand: hand.delete(_hook(hand, f"/orgs/{ORGANIZATION}")).raise_for_status(),
        not_imported=frozenset({"secret"}),
    ),
    "OAuth2 application": Life(
        kind="OAuth2Application",
        inputs={"name": "erp", "redirect_uris": ["https://erp.example.org/a", "https://erp.example.org/b"]},
        identity="erp",
        changed={
            "name": "erp", "redirect_uris": ["https://erp.example.org/c"], "confidential_client": False,
            "skip_secondary_authorization": True,
        },
        by_hand={
            "redirect_uris": _edit_application(redirect_uris=["https://theirs.example.org"]),
            "confidential_client": _edit_application(confidential_client=False),
            "skip_secondary_authorization": _edit_application(skip_secondary_authorization=True),
            "client_secret_works": _edit_application(),
        },
        gone=lambda hand: hand.delete(_application(hand)).raise_for_status(),
        not_imported=frozenset({"client_secret_works"}),
    ),
}  # fmt: skip
