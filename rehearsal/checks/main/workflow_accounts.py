"""Whether a workflow can say who it is with what the stack made for it: by a token that Gitea itself signs."""

from collections.abc import Mapping

from ops.identity.id_token import id_token
from ops.identity.no_identity_error import NoIdentityError
from rehearsal.checks.main.client_names import canary_names, names_of
from rehearsal.checks.main.workflow import LOGIN, OWN_ROLE, PLAN_ROLE, REFUSED, said
from rehearsal.lab import expect
from rehearsal.main.edge import Edge
from stacks.credential_table import Credential, credential_table


def check_logins(edge: Edge) -> str:
    """Prove that each account gets its own role from Vault by what is published, and no other one."""
    canary, own = canary_names(edge), edge.settings.own_repository
    neighbour = next(names_of(app) for app in edge.settings.apps if app.name != canary.name)
    for kind, repository, role, others in (
        ("ci", canary.repository, canary.workflow_role, (neighbour.workflow_role, OWN_ROLE, PLAN_ROLE)),
        ("ci", own, OWN_ROLE, (PLAN_ROLE, canary.workflow_role)),
        ("plan", own, PLAN_ROLE, (OWN_ROLE, canary.workflow_role)),
    ):
        token = _token(edge, kind, repository)
        answer = edge.log_in(LOGIN, role=role, token=token)
        expect(answer.is_success, f"expected the account of {repository} to get {role}, Vault says {said(answer)}")
        for other in others:
            refused = edge.log_in(LOGIN, role=other, token=token)
            expect(refused.status_code in REFUSED, f"expected {repository} to be refused {other}, found it let in")
    return f"{canary.repository}, and {own} as one that applies and as one that plans"


def check_wrong_password(edge: Edge) -> None:
    """Prove that without its password an account says nothing of itself."""
    repository = canary_names(edge).repository
    try:
        _token(edge, "ci", repository, instead={"CI_PASSWORD": "not-the-password"})
    except NoIdentityError:
        return
    expect(condition=False, message=f"expected Gitea to refuse a wrong password for {repository}, found a token")


def _token(edge: Edge, kind: str, repository: str, *, instead: Mapping[str, str] | None = None) -> str:
    """Return the token that a workflow of *repository* gets, from the values in Vault."""
    table = [*credential_table(edge.settings)]
    org = repository.partition("/")[0]
    client = next(each for each in table if (each.kind, each.published.place) == ("client", org))
    account = next(each for each in table if (each.kind, each.published.place) == (kind, repository))
    values = {**_published(edge, client), **_published(edge, account)}
    given = {name.removeprefix("PLAN_"): value for name, value in values.items()} | (dict(instead) if instead else {})
    environment = {"FORGE_URL": edge.gitea.url, **given}
    return id_token(environment["CI_CLIENT_ID"], environment, authority=edge.gitea.authority.root)


def _published(edge: Edge, credential: Credential) -> Mapping[str, str]:
    with edge.as_root() as vault:
        found = vault.get(credential.published.path).raise_for_status().json()["data"]
    return {secret: str(found[field]) for field, secret in credential.fields.items()}
