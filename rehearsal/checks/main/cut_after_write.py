"""A connection that is lost after the server has made an object: the object is taken up, never made twice."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from rehearsal.checks.main.by_hand import removed
from rehearsal.checks.main.forge_by_hand import (
    remove_account,
    remove_client,
    remove_key,
    remove_keys,
    remove_login_client,
    remove_token,
)
from rehearsal.checks.main.vault_objects import vault_objects
from rehearsal.doubles.fault import Fault as DoubleFault
from rehearsal.fault_proxy import Fault, FaultProxy
from rehearsal.lab import CANARY, changes, expect, expect_success
from rehearsal.main.edge import Edge

ATTEMPTS = 6
IN_VAULT = (
    "auth/gitea_jwt/role/gitea_cicd_canary",
    "auth/kubernetes/role/canary",
    "postgres/roles/canary",
    "kvv2/metadata/canary/config",
)
"""Objects on which none waits, so that one run loses all of their answers."""
WRITTEN_TO = {"kvv2/metadata/canary/config": "kvv2/data/canary/config"}
ON_GITEA = ("/keys", "/admin/users", "/user/applications/oauth2")
"""Where a key, an account and a client are made."""
ELSEWHERE = 3
"""A token of Cloudflare, a client of OVH, a key of Google."""
PROVIDER = "pulumi:providers:"


def check_cut(edge: Edge, *, in_vault: tuple[str, ...] = IN_VAULT) -> str:
    """Take objects of every server away, those *in_vault* too, and lose the answer to each that is made again."""
    before = inventory(edge)
    canary = next(app for app in edge.settings.apps if app.instance == CANARY)
    for path in in_vault:
        removed(path)(edge, canary)
    for gone in (remove_keys, remove_account, remove_login_client):
        gone(edge, canary)
    for remove in (remove_token, remove_client, remove_key):
        remove(edge)
    with spoiled(edge, in_vault):
        runs = _run_until_done(edge)
    document = edge.stack.run("up")
    expect_success(document)
    others = [line for line in changes(document) if PROVIDER not in line]
    expect(not others, "expected nothing left to do but the addresses, found:\n" + "\n".join(others))
    after = inventory(edge)
    lost, twice = before - after, after - before
    expect(not lost, f"expected every object again, {_listed(lost)} missing")
    expect(not twice, f"expected each object once, found once more: {_listed(twice)}")
    return f"{len(in_vault) + len(ON_GITEA) + ELSEWHERE} answers lost, all objects there after {runs} runs, each once"


@contextmanager
def spoiled(edge: Edge, in_vault: tuple[str, ...]) -> Iterator[None]:
    """Put a proxy before Vault and Gitea; every server loses the answer to what it makes next, once for each object."""
    clouds = edge.clouds
    with ExitStack() as stack:
        vault, gitea = (
            stack.enter_context(FaultProxy(address, trust=edge.vault.authority.root, authority=edge.vault.authority))
            for address in (edge.vault.address, edge.gitea.url)
        )
        vault.faults += [Fault(method="PUT", path=WRITTEN_TO.get(path, path), what="cut after") for path in in_vault]
        gitea.faults += [Fault(method="POST", path=path, what="cut after") for path in ON_GITEA]
        clouds.cloudflare.fault(DoubleFault(kind="cut after", method="POST", path=".*/tokens"))
        clouds.ovh.fault(DoubleFault(kind="cut after", method="POST", path=".*/oauth2/client"))
        clouds.google.fault(DoubleFault(kind="cut after", method="POST", path=".*/hmacKeys"))
        stack.enter_context(addressed(edge, {edge.vault.address: vault.url, edge.gitea.url: gitea.url}))
        yield
        left = [f"{fault.method} {fault.path}" for fault in (*vault.faults, *gitea.faults)]
        left += [
            fault.path for double in (clouds.cloudflare, clouds.ovh, clouds.google) for fault in double.take_back()
        ]
        expect(not left, f"expected every answer to be lost once, nothing came for {', '.join(left)}")


def inventory(edge: Edge) -> Counter[str]:
    """Count the objects of every server by place and name: what is there twice counts twice."""
    found = Counter(vault_objects(edge).keys())
    clouds = edge.clouds
    found.update(f"Cloudflare's token {token.name}" for token in clouds.cloudflare.state.tokens.values())
    found.update(f"R2's bucket {bucket.name}" for bucket in clouds.cloudflare.state.buckets)
    found.update(f"OVH's client {client.name}" for client in clouds.ovh.state.clients.values())
    found.update(f"OVH's policy {policy['name']}" for policy in clouds.ovh.state.policies.values())
    found.update(f"Google's key of {key.email}" for key in clouds.google.state.keys.values() if key.state != "DELETED")
    found.update(f"Google's bucket {name}" for name in clouds.google.state.buckets)
    found.update(f"Google's account {email}" for email in clouds.google.state.accounts)
    with edge.gitea.client() as client:
        users = [user["login"] for user in client.get("/admin/users").raise_for_status().json()]
        found.update(f"Gitea's user {user}" for user in users)
        for user in users:
            keys = client.get(f"/users/{user}/keys").raise_for_status().json()
            found.update(f"Gitea's key {key['title']} of {user}" for key in keys)
        clients = client.get("/user/applications/oauth2").raise_for_status().json()
        found.update(f"Gitea's client {each['name']}" for each in clients)
        teams = client.get(f"/orgs/{edge.settings.org}/teams").raise_for_status().json()
        found.update(f"Gitea's team {team['name']}" for team in teams)
    return found


def _run_until_done(edge: Edge) -> int:
    """Run until a run succeeds, the first with a look at the servers; return how many it took."""
    document = edge.stack.run("up", refresh=True)
    for run in range(1, ATTEMPTS):
        if document.result == "succeeded":
            return run
        document = edge.stack.run("up")
    expect_success(document)
    return ATTEMPTS


@contextmanager
def addressed(edge: Edge, addresses: dict[str, str]) -> Iterator[None]:
    """Give the stack other addresses while the `with` lasts."""
    file = edge.stack.folder / f"Pulumi.{edge.stack.stack}.yaml"
    text = file.read_text(encoding="utf-8")
    other = text
    for address, instead in addresses.items():
        # Who signs the tokens is called as before, however it is reached.
        other, found = re.subn(rf'(\burl"?: "?){re.escape(address)}', rf"\g<1>{instead}", other)
        expect(found, f"expected {file.name} to name {address} as a url, found it nowhere")
    file.write_text(other, encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(text, encoding="utf-8")


def _listed(objects: Counter[str]) -> str:
    return ", ".join(sorted(objects))
