"""Ways to change the forge and the clouds by hand."""

from collections.abc import Callable, Mapping

import httpx
from pydantic import JsonValue

from rehearsal.checks.main.edge_drift import Change, Undo, filled
from rehearsal.lab import expect
from rehearsal.main.edge import Edge
from stacks.app import App
from stacks.credential_table import Credential, credential_table

Request = tuple[str, str, Mapping[str, JsonValue] | None]


def on_gitea(*requests: Request) -> Change:
    """Send *requests*, each a method, a path and a body; names are filled in."""

    def change(edge: Edge, app: App) -> None:
        with edge.gitea.client() as client:
            for method, path, body in requests:
                place = filled(path.replace("{team}", _team(edge)), edge, app)
                sent = body and {
                    key: filled(value, edge, app) if isinstance(value, str) else value for key, value in body.items()
                }
                answer = client.request(method, place, json=sent)
                expect(answer.is_success, f"expected Gitea to take {method} {place}, it says {answer.status_code}")

    return change


def secret_gone(kind: str, field: str, *, again: bool) -> Change:
    """Delete a secret of Actions, and make it *again* with another value."""

    def change(edge: Edge, _app: App) -> None:
        credential = _credential(edge, kind)
        path = f"{_owner(credential)}/actions/secrets/{credential.fields[field]}"
        requests: tuple[Request, ...] = (("DELETE", path, None), ("PUT", path, {"data": "another"}))
        on_gitea(*requests[: 2 if again else 1])(edge, _app)

    return change


def secret_written_over(kind: str, field: str) -> Change:
    """Give a secret of Actions another value, and nothing else."""

    def change(edge: Edge, app: App) -> None:
        credential = _credential(edge, kind)
        body = {"data": "another", "description": f"{field} of {credential.published.path} in Vault"}
        on_gitea(("PUT", f"{_owner(credential)}/actions/secrets/{credential.fields[field]}", body))(edge, app)

    return change


def secret_gone_again(kind: str, field: str) -> Undo:
    """Delete a secret of Actions that was written over, so that a run makes it anew."""
    return lambda edge, app, _before: secret_gone(kind, field, again=False)(edge, app)


def renew_login_client(edge: Edge, _app: App) -> None:
    """Change the client of the workflows' logins, by which Gitea gives it another secret."""
    with edge.gitea.client() as client:
        path, ours = _login_client(edge, client)
        kept = {key: ours[key] for key in ("name", "redirect_uris", "confidential_client")}
        client.patch(path, json=kept).raise_for_status()


def remove_login_client(edge: Edge, _app: App) -> None:
    """Remove the client of the workflows' logins."""
    with edge.gitea.client() as client:
        client.delete(_login_client(edge, client)[0]).raise_for_status()


def remove_account(edge: Edge, app: App) -> None:
    """Remove the account of an application's workflows."""
    on_gitea(("DELETE", "/admin/users/ci-{name}", None))(edge, app)


def remove_keys(edge: Edge, _app: App) -> None:
    """Remove every key of the account that reads modules."""
    user = edge.settings.module_reader.user if edge.settings.module_reader else ""
    with edge.gitea.client() as client:
        for key in client.get(f"/users/{user}/keys").raise_for_status().json():
            client.delete(f"/admin/users/{user}/keys/{key['id']}").raise_for_status()


def published_path(edge: Edge, kind: str) -> str:
    """Return where Vault keeps the credential of a *kind*."""
    return _credential(edge, kind).published.path


def in_cloud(change: Callable[[Edge], None]) -> Change:
    """Change what a double holds, as somebody does with another login."""
    return lambda edge, _app: change(edge)


def make_public(edge: Edge) -> None:
    """Let everybody read the state."""
    for bucket in edge.clouds.cloudflare.state.buckets:
        bucket.public = True


def widen_token(edge: Edge) -> None:
    """Give the token of an application one permission more."""
    state = edge.clouds.cloudflare.state
    wanted = edge.settings.cloudflare.tokens[0].name if edge.settings.cloudflare else ""
    for token in state.tokens.values():
        if f"-{wanted}-" in token.name:
            policy = next(policy for policy in token.policies if any("account." in name for name in policy.resources))
            more = [group.id for group in state.groups if "com.cloudflare.api.account" in group.scopes]
            policy.groups.append(next(group for group in more if group not in policy.groups))


def remove_token(edge: Edge) -> None:
    """Remove the token of the state's bucket."""
    state = edge.clouds.cloudflare.state
    wanted = edge.settings.cloudflare.state_buckets[0].bucket if edge.settings.cloudflare else ""
    for known in [known for known, token in state.tokens.items() if f"-{wanted}-" in token.name]:
        del state.tokens[known]


def widen_client(edge: Edge) -> None:
    """Let the client of the name servers do everything."""
    for policy in edge.clouds.ovh.state.policies.values():
        permissions = policy["permissions"]
        allowed = permissions.get("allow") if isinstance(permissions, dict) else None
        if isinstance(allowed, list):
            allowed.append({"action": "*"})


def remove_client(edge: Edge) -> None:
    """Remove the client of the name servers."""
    edge.clouds.ovh.state.clients.clear()


def open_bucket(edge: Edge) -> None:
    """Take away what keeps the backups from becoming public."""
    for bucket in edge.clouds.google.state.buckets.values():
        access = bucket.shown["iamConfiguration"]
        if isinstance(access, dict):
            access["publicAccessPrevention"] = "inherited"


def share_bucket(edge: Edge) -> None:
    """Let everybody read the backups."""
    for bucket in edge.clouds.google.state.buckets.values():
        bucket.bindings.append({"role": "roles/storage.objectViewer", "members": ["allUsers"]})


def switch_key_off(edge: Edge) -> None:
    """Switch the key of the backups off."""
    for key in edge.clouds.google.state.keys.values():
        key.state = "INACTIVE"


def remove_key(edge: Edge) -> None:
    """Remove the key of the backups."""
    for key in edge.clouds.google.state.keys.values():
        key.state = "DELETED"


def _owner(credential: Credential) -> str:
    place = credential.published.place
    return f"/repos/{place}" if "/" in place else f"/orgs/{place}"


def _credential(edge: Edge, kind: str) -> Credential:
    return next(credential for credential in credential_table(edge.settings) if credential.kind == kind)


def _login_client(edge: Edge, client: httpx.Client) -> tuple[str, Mapping[str, JsonValue]]:
    listed = "/user/applications/oauth2"
    found = client.get(listed).raise_for_status().json()
    ours = next(one for one in found if f"-client-{edge.settings.org}-" in one["name"])
    return f"{listed}/{ours['id']}", ours


def _team(edge: Edge) -> str:
    reader = edge.settings.module_reader
    with edge.gitea.client() as client:
        teams = client.get(f"/orgs/{edge.settings.org}/teams").raise_for_status().json()
    return next((str(team["id"]) for team in teams if reader and team["name"] == reader.user), "none")
