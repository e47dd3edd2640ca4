"""What the checks of the stack `main` work with."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from ops.official.event_log import Document
from rehearsal.lab import Lab
from rehearsal.main.clouds import Clouds
from rehearsal.part import FoundPart
from rehearsal.servers.gitea import GiteaServer
from rehearsal.servers.vault import VaultServer
from rehearsal.stack_runner import StackRunner
from rehearsal.token_issuer import LIFETIME_SECONDS, TokenIssuer
from stacks.credentials import VAULT_TOKEN
from stacks.main_settings import MainSettings


@dataclass(kw_only=True)
class Edge:
    """Running servers and doubles, one stack, and what was seen so far."""

    lab: Lab
    """PostgreSQL, PgBouncer and the stack `postgres`, applied."""
    stack: StackRunner
    """The stack `main`."""
    settings: MainSettings
    """Its settings."""
    intended: MainSettings
    """The settings of production."""
    vault: VaultServer
    """Vault, unsealed."""
    gitea: GiteaServer
    """Gitea, with the repositories of the applications."""
    issuer: TokenIssuer
    """Who signs the tokens of workflows."""
    accounts: Mapping[str, str]
    """`namespace/service account` → its token."""
    clouds: Clouds
    """The doubles of the clouds."""
    plugins: Mapping[str, FoundPart]
    """What stood for each official provider."""
    secrets: Mapping[str, str]
    """Environment variable → credential that the providers of the stack need."""
    runs: dict[str, Document] = field(default_factory=dict)
    """`first` and `second` → what the engine did."""

    handed_out: dict[str, str] = field(default_factory=dict)
    """Each credential that a check was given → what it is."""

    def workflow_token(
        self,
        repository: str,
        *,
        audience: str | None = None,
        issuer: TokenIssuer | None = None,
        more: Mapping[str, str] | None = None,
        lifetime: int = LIFETIME_SECONDS,
    ) -> str:
        """Return a token as a workflow of *repository*, `organisation/name`, has it; *more* are other claims."""
        tokens = self.settings.tokens
        org, _, name = repository.rpartition("/")
        user = (tokens.repository_user or "").replace("{name}", name).replace("{org}", org)
        claims = {tokens.repository_claim: user or repository, "sub": repository, **(more or {})}
        made_for = audience or tokens.audience or self.login_client(org)
        return (issuer or self.issuer).token(audience=made_for, claims=claims, lifetime=lifetime)

    def login_client(self, org: str) -> str:
        """Return the id of the client by which the workflows of *org* log in, the youngest where there are several."""
        with self.gitea.client() as client:
            listed = client.get("/user/applications/oauth2").raise_for_status().json()
        ids = {one["id"]: str(one["client_id"]) for one in listed if f"-client-{org}-" in one["name"]}
        return ids[max(ids)]

    def log_in(self, login: str, *, role: str, token: str) -> httpx.Response:
        """Ask Vault for a token of its own."""
        with self.vault.client() as client:
            answer = client.put(f"auth/{login}/login", json={"role": role, "jwt": token})
        self.handed_out[token] = f"a token for {role}"
        if answer.is_success:
            self.handed_out[answer.json()["auth"]["client_token"]] = f"Vault's token for {role}"
        return answer

    def own_workflow(self) -> StackRunner:
        """Return the stack as the workflow of its own repository runs it: with the token that its login gave."""
        token = self.workflow_token(f"{self.settings.org}/{self.settings.repository}")
        answer = self.log_in("gitea_jwt", role="gitea_cicd", token=token).raise_for_status()
        # Not by a login of the provider: a refresh works with the provider that the state holds, which knows of none.
        secrets = {**self.secrets, VAULT_TOKEN: answer.json()["auth"]["client_token"]}
        return self.stack.beside(self.stack.stack, secrets_of_providers=secrets)

    @contextmanager
    def as_root(self) -> Iterator[httpx.Client]:
        """Work on Vault with all rights."""
        with self.vault.client(self.vault.root_token) as client:
            yield client
