"""What the providers of a stack need from the environment, and what it is needed for."""

import dataclasses
from collections.abc import Iterator, Mapping

from stacks.main_settings import MainSettings

VAULT_TOKEN = "VAULT_TOKEN"  # noqa: S105 - the name of a variable
VAULT_JWT = "TERRAFORM_VAULT_AUTH_JWT"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Credential:
    """One credential."""

    variables: tuple[str, ...]
    """Environment variables that may hold it: one is enough."""
    what: str
    """What it is, and which providers need it."""

    def missing(self, environment: Mapping[str, str]) -> str | None:
        """Return the line that says it is missing, None when it is there."""
        if any(environment.get(variable) for variable in self.variables):
            return None
        names = " or ".join(self.variables)
        return f"{names} is not set. Expected {self.what}"


POSTGRES = Credential(
    variables=("PGPASSWORD",), what="the password of the PostgreSQL superuser, for the providers postgresql and factory"
)
OFF_SITE = tuple(
    Credential(variables=(variable,), what=f"{what} of the place off site, which may add backups there and no more")
    for variable, what in {"OFF_SITE_KEY": "the key", "OFF_SITE_SECRET": "the secret"}.items()
)
VAULT = Credential(
    variables=(VAULT_TOKEN, VAULT_JWT),
    what="a token of Vault, or the token of a workflow to log in with, for the providers vault and factory",
)
GITEA = Credential(
    variables=("GITEA_TOKEN",), what="a token of Gitea, for the provider factory (secrets and accounts of the forge)"
)
CLOUDFLARE = Credential(
    variables=("CLOUDFLARE_API_TOKEN",), what="an API token, for the providers cloudflare and factory (buckets, tokens)"
)
OVH = tuple(
    Credential(variables=(variable,), what=f"{what}, for the providers ovh and factory (OAuth2 clients)")
    for variable, what in {
        "OVH_APPLICATION_KEY": "the key of an OVH application",
        "OVH_APPLICATION_SECRET": "its secret",
        "OVH_CONSUMER_KEY": "the consumer key that the account's owner allowed",
    }.items()
)
GOOGLE = Credential(
    variables=("GOOGLE_CREDENTIALS",),
    what="the key of a service account as JSON text, for the providers gcp and factory (bucket, key)",
)


def main_credentials(settings: MainSettings) -> Iterator[Credential]:
    """Yield what the stack `main` needs with these *settings*, and nothing else."""
    yield VAULT
    cloudflare, ovh, google = settings.cloudflare, settings.ovh, settings.google
    yield GITEA
    if cloudflare:
        yield CLOUDFLARE
    if ovh:
        yield from OVH
    if google:
        yield GOOGLE
