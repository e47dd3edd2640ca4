"""What a workflow of an application gets from Vault, and what it does not get."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from rehearsal.check_list import NotEnforceable
from rehearsal.checks.main.client_names import ClientNames, canary_names, names_of
from rehearsal.lab import expect
from rehearsal.main.edge import Edge
from rehearsal.token_issuer import TokenIssuer

LOGIN = "gitea_jwt"
OWN_ROLE = "gitea_cicd"
PLAN_ROLE = "gitea_cicd_plan"
BRANCHES = {"the main branch": "refs/heads/main", "a pull request": "refs/pull/1/head"}
REFUSED = (httpx.codes.BAD_REQUEST, httpx.codes.FORBIDDEN)


def check_policies(edge: Edge) -> None:
    """Prove that each application's workflow gets exactly its policies, by a token of its repository."""
    shared = edge.settings.more_policies
    for app in {app.name: app for app in edge.settings.apps}.values():
        expect_policies(edge, names_of(app), more=shared[app.name])


def check_reading(edge: Edge) -> None:
    """Prove that the canary's workflow reads its configuration and is refused all that is not its own."""
    expect_reading(edge, canary_names(edge))


def check_strangers(edge: Edge) -> None:
    """Prove that no other token gets the canary's role, and that the canary's token gets no other role."""
    canary = canary_names(edge)
    own = edge.workflow_token(canary.repository)
    neighbour = next(names_of(app) for app in edge.settings.apps if app.name != canary.name)
    for name, token in {
        f"a token of {neighbour.repository}": edge.workflow_token(neighbour.repository),
        "a token of a repository whose name goes on": edge.workflow_token(f"{canary.repository}2"),
        "a token for another audience": edge.workflow_token(canary.repository, audience="other"),
        "a token of another signer": edge.workflow_token(canary.repository, issuer=TokenIssuer(edge.issuer.issuer)),
        "a token of another issuer": edge.workflow_token(
            canary.repository, issuer=edge.issuer.named("https://elsewhere.test")
        ),
    }.items():
        _expect_refused(edge, name, role=canary.workflow_role, token=token)
    for role in (neighbour.workflow_role, OWN_ROLE):
        _expect_refused(edge, "the canary's token", role=role, token=own)


def check_own_workflow(edge: Edge) -> None:
    """Prove that the workflow which runs the stack, and may write every policy, is given no database user."""
    token = edge.workflow_token(f"{edge.settings.org}/{edge.settings.repository}")
    answer = edge.log_in(LOGIN, role=OWN_ROLE, token=token)
    expect(answer.is_success, f"expected the stack's own workflow to be let in, Vault says {said(answer)}")
    with edge.vault.client(answer.json()["auth"]["client_token"]) as client:
        _expect_closed(client.get(canary_names(edge).credentials), "the stack's own workflow")


def check_plans(edge: Edge) -> None:
    """Prove that a workflow which plans reads what the stack wrote, writes nothing, and gets no other role."""
    own = f"{edge.settings.org}/{edge.settings.repository}"
    planning = f"{own}.plan" if edge.settings.tokens.repository_user else own
    token = edge.workflow_token(planning)
    answer = edge.log_in(LOGIN, role=PLAN_ROLE, token=token)
    expect(answer.is_success, f"expected a plan to be let in, Vault says {said(answer)}")
    canary = canary_names(edge)
    with edge.vault.client(answer.json()["auth"]["client_token"]) as client:
        read = client.get(f"sys/policies/acl/{canary.workflow_policy}")
        expect(read.is_success, f"expected a plan to read a policy, Vault says {said(read)}")
        content = {"policy": 'path "*" { capabilities = ["sudo"] }'}
        # The harmless one first: where a plan may write, nothing that others look at was touched.
        for path, body in (
            ("kvv1/of-a-plan", {"a": "b"}),
            (f"sys/policies/acl/{canary.workflow_policy}", content),
            (f"auth/{LOGIN}/role/{OWN_ROLE}", {"token_policies": ["root"]}),
            (canary.configuration, {"data": {}}),
        ):
            _expect_closed(client.put(path, json=body), "a plan")
    if edge.settings.tokens.repository_user:
        _expect_refused(edge, "the token of a plan", role=OWN_ROLE, token=token)
    expired = edge.workflow_token(planning, lifetime=-3600)
    _expect_refused(edge, "an expired token", role=PLAN_ROLE, token=expired)


def check_branches(edge: Edge) -> NotEnforceable | None:
    """Find out whether Vault tells a workflow of the main branch from one of a pull request."""
    canary = canary_names(edge)
    refused = {}
    for name, ref in BRANCHES.items():
        token = edge.workflow_token(canary.repository, more={"ref": ref})
        refused[name] = edge.log_in(LOGIN, role=canary.workflow_role, token=token).is_error
    expect(not refused["the main branch"], "expected a token of the main branch to be let in, found it refused")
    if refused["a pull request"]:
        return None
    return NotEnforceable(
        reason="a rule on branch or pull request: Gitea's tokens name neither, so every workflow of a repository gets "
        "what the repository may have. Who may push there is the lock."
    )


def expect_policies(edge: Edge, app: ClientNames, *, more: tuple[str, ...] | list[str] = ()) -> None:
    """Fail the running check unless a workflow of *app* gets its policy, *more* and nothing else."""
    with as_workflow(edge, app) as client:
        found = client.get("auth/token/lookup-self").raise_for_status().json()["data"]
    wanted = sorted(["default", app.workflow_policy, *more])
    policies = sorted(found["policies"])
    expect(policies == wanted, f"expected {app.workflow_role} to give {wanted}, found {policies}")


def expect_reading(edge: Edge, app: ClientNames) -> None:
    """Fail the running check unless a workflow of *app* reads what is its own, that is right, and nothing else."""
    other = next(names_of(each) for each in edge.settings.apps if each.name != app.name)
    database, client_of = edge.settings.database, f"a workflow of {app.instance}"
    with as_workflow(edge, app) as client:
        answer = client.get(app.configuration)
        expect(answer.is_success, f"expected {client_of} to read {app.configuration}, Vault says {said(answer)}")
        found = answer.json()["data"]["data"]
        wanted = {
            "url": app.url,
            "database_host": database.host,
            "database_port": str(database.port),
            "database_sslmode": database.sslmode,
            "database_name": app.instance,
            "database_credentials": app.credentials,
        }
        wrong = sorted(key for key in found.keys() | wanted.keys() if found.get(key) != wanted.get(key))
        expect(not wrong, f"expected {app.configuration} to say what is so, found otherwise: {', '.join(wrong)}")
        closed = (other.configuration, other.credentials, f"kvv2/data/{app.instance}x/config", "sys/mounts")
        for path in (*closed, *(path for paths in edge.settings.shared_policies.values() for path in paths)):
            _expect_closed(client.get(path), client_of)
        _expect_closed(client.put(app.configuration, json={"data": {}}), client_of)


@contextmanager
def as_workflow(edge: Edge, app: ClientNames) -> Iterator[httpx.Client]:
    """Work on Vault as a workflow of *app*."""
    token = edge.workflow_token(app.repository)
    answer = edge.log_in(LOGIN, role=app.workflow_role, token=token)
    expect(answer.is_success, f"expected a workflow of {app.repository} to be let in, Vault says {said(answer)}")
    with edge.vault.client(answer.json()["auth"]["client_token"]) as client:
        yield client


def said(answer: httpx.Response) -> str:
    """Return what Vault has against a request."""
    reasons = answer.json().get("errors") if answer.content else None
    return f"{answer.status_code}: {'; '.join(map(str, reasons or [])) or 'no reason given'}"


def _expect_refused(edge: Edge, name: str, *, role: str, token: str) -> None:
    answer = edge.log_in(LOGIN, role=role, token=token)
    expect(answer.status_code in REFUSED, f"expected {name} to be refused as {role}, found {answer.status_code}")


def _expect_closed(answer: httpx.Response, name: str) -> None:
    asked = f"{answer.request.method} {answer.request.url.path.removeprefix('/v1/')}"
    found = answer.status_code
    expect(found == httpx.codes.FORBIDDEN, f"expected {name} to be refused {asked}, found {found}")
