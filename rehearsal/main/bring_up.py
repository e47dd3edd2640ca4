"""Servers, doubles and stack `main` of one rehearsal, ready to be checked."""

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from hosts.cluster.longhorn import NAMESPACE as STORAGE
from hosts.cluster.volume_backups import NAME as VOLUME_BACKUPS
from provider.guard import refuse_production
from rehearsal.bring_up import Wishes, find_plugins
from rehearsal.lab import Lab
from rehearsal.main.clouds import Clouds
from rehearsal.main.edge import Edge
from rehearsal.main.main_settings import Replaced, rehearsal_main_settings
from rehearsal.servers.gitea import GiteaServer
from rehearsal.servers.published_keys import published_keys
from rehearsal.servers.throw_away_authority import ThrowAwayAuthority
from rehearsal.servers.token_review import token_review
from rehearsal.servers.vault import VaultServer
from rehearsal.stack_files import production_settings, write_stack_files
from rehearsal.token_issuer import TokenIssuer
from stacks.main_settings import MainSettings, read_main_settings

STACK = "main"
STAND_INS = ("cloudflare", "gcp", "ovh", "random", "vault")
CLUSTER = "https://cluster.test"


@contextlib.contextmanager
def bring_up_main(folder: Path, wishes: Wishes, lab: Lab, *, say: Callable[[str], None]) -> Iterator[Edge]:
    """Start Vault, Gitea and the doubles beside *lab*, and prepare the stack; nothing is declared yet."""
    plugins = find_plugins(STAND_INS, wishes.providers)
    production = production_settings(wishes.program, stack=STACK)
    intended = read_main_settings(json.dumps(production))
    authority = ThrowAwayAuthority()
    signer = TokenIssuer(CLUSTER)
    accounts = _accounts(intended, signer)
    with contextlib.ExitStack() as stack:
        vault = stack.enter_context(VaultServer(folder=folder / "vault", authority=authority))
        vault.initialise()
        say(f"Vault {vault.release} on port {vault.port} ({vault.origin})")
        gitea = stack.enter_context(GiteaServer(lab.server, folder=folder / "gitea", authority=authority))
        make_repositories(gitea, intended)
        say(f"Gitea {gitea.release} on port {gitea.port} ({gitea.origin})")
        # Its tokens say that they are Gitea's: what Gitea itself would not sign is tried with them.
        issuer = TokenIssuer(gitea.url)
        known = {token: (name.partition("/")[0], name.partition("/")[2]) for name, token in accounts.items()}
        cluster = stack.enter_context(token_review(authority, folder=folder, accounts=known))
        clouds = stack.enter_context(Clouds(intended))
        raw = rehearsal_main_settings(
            production,
            Replaced(
                ca_file=str(vault.root_file),
                forge=gitea.url,
                vault=vault.address,
                issuer=issuer.issuer,
                public_keys=[f"{key}\n" for key in (issuer.public_key, *published_keys(gitea))],
                cluster=cluster,
                database=(lab.bouncer.host, lab.bouncer.port),
                clouds=clouds.settings,
            ),
        )
        settings = read_main_settings(json.dumps(raw))
        refuse_production(settings.addresses, {})
        # One folder, one backend: this stack reads what the other one gives.
        place = lab.stack.folder
        paths = {name: found.path for name, found in {**lab.plugins, **plugins}.items()}
        write_stack_files(place, stack=STACK, program=wishes.program, settings=raw, plugins=paths)
        secrets = {"VAULT_TOKEN": vault.root_token, "GITEA_TOKEN": gitea.token, **clouds.environment}
        yield Edge(
            lab=lab, stack=lab.stack.beside(STACK, secrets_of_providers=secrets), settings=settings,
            intended=intended, vault=vault, gitea=gitea, issuer=issuer, accounts=accounts, plugins=plugins,
            clouds=clouds,
            secrets=secrets,
        )  # fmt: skip


def make_repositories(gitea: GiteaServer, settings: MainSettings) -> None:
    """Make the organisations and repositories that are there before this stack comes."""
    modules = settings.module_reader.repositories if settings.module_reader else ()
    others = {f"{settings.org}/{name}" for name in (settings.repository, *modules)}
    repositories = sorted({app.repository for app in settings.apps} | others)
    with gitea.client() as client:
        for org in sorted({repository.partition("/")[0] for repository in repositories}):
            client.post("/orgs", json={"username": org, "visibility": "private"}).raise_for_status()
        for repository in repositories:
            org, _, name = repository.partition("/")
            client.post(f"/orgs/{org}/repos", json={"name": name, "private": True}).raise_for_status()


def _accounts(settings: MainSettings, signer: TokenIssuer) -> Mapping[str, str]:
    """Return a token for each service account that reads Vault, and for one of the same name elsewhere."""
    pairs = {(app.namespace, app.service_account) for app in settings.apps} | {(STORAGE, VOLUME_BACKUPS)}
    strangers = {("default", name) for _, name in pairs}
    return {f"{namespace}/{name}": _account_token(signer, namespace, name) for namespace, name in pairs | strangers}


def _account_token(signer: TokenIssuer, namespace: str, name: str) -> str:
    account = {"namespace": namespace, "serviceaccount": {"name": name, "uid": f"uid-{namespace}-{name}"}}
    # A cluster writes the audiences as a list.
    claims = {"sub": f"system:serviceaccount:{namespace}:{name}", "aud": ["vault"], "kubernetes.io": account}
    return signer.token(audience="vault", claims=claims, lifetime=3600)
