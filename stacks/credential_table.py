"""Every credential that the stack `main` makes: its name, its homes, and under which names its values are found."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Literal

from stacks.cloud_settings import Published
from stacks.main_settings import MainSettings

Kind = Literal["r2", "cloudflare", "ovh", "gcs", "ssh"]

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
    "ssh": {"private_key": "TERRAFORM_SSH_KEY"},
}
"""Kind of credential → field in Vault → name of the secret of Actions."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Credential:
    """One credential that the stack makes and publishes."""

    kind: Kind
    """What it is a credential for."""
    subject: str
    """The bucket, token, client or account that it belongs to."""
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
            yield Credential(kind="gcs", subject=backup.bucket, published=backup.published)
    if settings.module_reader:
        reader = settings.module_reader
        yield Credential(kind="ssh", subject=reader.user, published=reader.published)
