"""Every credential that the stack `main` makes: its name, its homes, and under which names its values are found."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Literal

from components.workflow_login import CLIENT_SECRETS, PLAN_USER_SECRETS, USER_SECRETS
from stacks.cloud_settings import Published
from stacks.main_settings import MainSettings

Kind = Literal["r2", "cloudflare", "ovh", "gcs", "off-site", "client", "ci", "plan", "ssh"]

FIELDS: Mapping[Kind, Mapping[str, str]] = {
    "r2": {
        "access_key_id": "R2_ACCESS_KEY_ID",
        "secret_access_key": "R2_SECRET_ACCESS_KEY",
        "endpoint": "R2_ENDPOINT",
        "bucket": "R2_BUCKET",
    },
    "cloudflare": {"token": "CLOUDFLARE_API_TOKEN", "account_id": "CLOUDFLARE_ACCOUNT_ID"},
    "ovh": {"client_id": "OVH_CLIENT_ID", "client_secret": "OVH_CLIENT_SECRET"},
    "gcs": {
        "access_id": "BACKUP_ACCESS_KEY_ID",
        "secret": "BACKUP_SECRET_ACCESS_KEY",
        "bucket": "BACKUP_BUCKET",
    },
    "off-site": {"access_id": "OFF_SITE_KEY", "secret": "OFF_SITE_SECRET", "bucket": "OFF_SITE_BUCKET"},
    "client": CLIENT_SECRETS,
    "ci": USER_SECRETS,
    "plan": PLAN_USER_SECRETS,
    "ssh": {"private_key": "TERRAFORM_SSH_KEY"},
}
"""Kind of credential → field in Vault → name of the secret of Actions."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Credential:
    """One credential that the stack makes and publishes."""

    kind: Kind
    """What it is a credential for."""
    subject: str
    """The bucket, token, client, repository or account that it belongs to."""
    published: Published
    """Its two homes."""

    @property
    def name(self) -> str:
        """Its name in `factory:generations` and for `./factory rotate`."""
        return f"{self.kind}-{self.subject}"

    @property
    def fields(self) -> Mapping[str, str]:
        """Field in Vault → name of the secret of Actions."""
        return FIELDS[self.kind]


def credential_table(settings: MainSettings) -> Iterator[Credential]:
    """Yield every credential that these *settings* ask for."""
    if settings.cloudflare:
        for bucket in settings.cloudflare.state_buckets:
            yield Credential(kind="r2", subject=bucket.bucket, published=bucket.published)
        for token in settings.cloudflare.tokens:
            yield Credential(kind="cloudflare", subject=token.name, published=token.published)
    if settings.ovh:
        for client in settings.ovh.clients:
            yield Credential(kind="ovh", subject=client.name, published=client.published)
    if settings.google:
        for backup in settings.google.backup_buckets:
            kind: Kind = "off-site" if backup.deletable else "gcs"
            yield Credential(kind=kind, subject=backup.bucket, published=backup.published)
    yield from _of_workflows(settings)
    if settings.module_reader:
        reader = settings.module_reader
        yield Credential(kind="ssh", subject=reader.user, published=reader.published)


def _of_workflows(settings: MainSettings) -> Iterator[Credential]:
    """Yield a client of the logins for each organisation, then the account of each repository."""
    accounts, own = settings.tokens.accounts, settings.own_repository
    if accounts is None:
        return
    for org in dict.fromkeys(repository.partition("/")[0] for repository in settings.workflow_repositories):
        yield Credential(
            kind="client", subject=org, published=Published(place=org, path=f"{accounts.path}/clients/{org}")
        )
    for repository in settings.workflow_repositories:
        path = f"{accounts.path}/users/{settings.tokens.user(repository)}"
        name = repository.rpartition("/")[2]
        yield Credential(kind="ci", subject=name, published=Published(place=repository, path=path))
    path = f"{accounts.path}/users/{settings.tokens.planning_user(own)}"
    yield Credential(kind="plan", subject=settings.repository, published=Published(place=own, path=path))
