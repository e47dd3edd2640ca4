"""The credentials that the stack `main` makes in the clouds and on the forge, each published in its two homes."""

from collections.abc import Iterator, Mapping

import pulumi
from pulumi_gcp.provider import Provider as GoogleProvider
from pulumi_ovh.provider import Provider as OvhProvider

from components.backup_bucket import BackupBucket, BackupBucketArgs
from components.cloudflare_account import cloudflare_account
from components.cloudflare_token import CloudflareToken, CloudflareTokenArgs
from components.generation import Generation
from components.gitea_ci_user import GiteaCiUser, GiteaCiUserArgs
from components.ovh_client import OvhClient, OvhClientArgs
from components.published_secret import PublishedSecret, PublishedSecretArgs, PublishedValue
from components.state_bucket import StateBucket, StateBucketArgs
from components.vault_paths import VaultPaths
from provider.cloudflare_resources.official_cloudflare import OfficialCloudflare
from stacks.cloud_settings import Cloudflare, Google, ModuleReader, Ovh
from stacks.credential_table import credential_table
from stacks.main_settings import MainSettings

Generations = Mapping[str, Generation]
Values = Mapping[str, pulumi.Output[str]]
"""Field → value."""


def declare_credentials(
    settings: MainSettings,
    generations: Generations,
    *,
    made: Mapping[str, Values],
    paths: VaultPaths,
    opts: pulumi.ResourceOptions,
) -> None:
    """Make every credential of *settings* that is not *made* yet, and publish all; *opts* has the providers."""
    values = {**made, **dict(_made(settings, generations, opts))}
    for credential in credential_table(settings):
        PublishedSecret(
            credential.name,
            PublishedSecretArgs(
                place=credential.published.place,
                path=credential.published.path,
                values={
                    field: PublishedValue(secret_name=secret, value=values[credential.name][field])
                    for field, secret in credential.fields.items()
                },
                paths=paths,
            ),
            opts,
        )


def _made(
    settings: MainSettings, generations: Generations, opts: pulumi.ResourceOptions
) -> Iterator[tuple[str, Values]]:
    if settings.cloudflare:
        yield from _at_cloudflare(settings.cloudflare, generations, opts)
    if settings.ovh:
        yield from _at_ovh(settings.ovh, generations, opts)
    if settings.google:
        yield from _at_google(settings.google, generations, opts)
    if settings.module_reader:
        yield from _on_the_forge(settings.module_reader, settings.org, generations, opts)


def _at_cloudflare(
    cloudflare: Cloudflare, generations: Generations, opts: pulumi.ResourceOptions
) -> Iterator[tuple[str, Values]]:
    provider = OfficialCloudflare("cloudflare", base_url=cloudflare.api)
    account = cloudflare_account(cloudflare.account, provider=provider)
    opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(providers=[provider]))
    for wanted in cloudflare.state_buckets:
        name = f"r2-{wanted.bucket}"
        made = StateBucket(
            wanted.bucket,
            StateBucketArgs(
                account_id=account,
                bucket=wanted.bucket,
                location=wanted.location,
                token_name=_called(name),
                generation=generations[name],
            ),
            opts,
        )
        yield (
            name,
            {
                "access_key_id": made.access_key_id,
                "secret_access_key": made.secret_access_key,
                "endpoint": made.endpoint,
                "bucket": made.bucket,
            },
        )
    for asked in cloudflare.tokens:
        name = f"cloudflare-{asked.name}"
        token = CloudflareToken(
            asked.name,
            CloudflareTokenArgs(
                account_id=account,
                token_name=_called(name),
                account_permissions=[*asked.account_permissions],
                zone_permissions=[*asked.zone_permissions],
                zones=[*asked.zones],
                generation=generations[name],
            ),
            opts,
        )
        yield name, {"token": token.value, "account_id": token.account_id}


def _at_ovh(ovh: Ovh, generations: Generations, opts: pulumi.ResourceOptions) -> Iterator[tuple[str, Values]]:
    provider = OvhProvider("ovh", endpoint=ovh.endpoint)
    opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(providers=[provider]))
    for wanted in ovh.clients:
        name = f"ovh-{wanted.name}"
        made = OvhClient(
            wanted.name,
            OvhClientArgs(
                client_name=_called(name),
                description=f"edits the name servers of {wanted.zone}",
                zone=wanted.zone,
                generation=generations[name],
            ),
            opts,
        )
        yield name, {"client_id": made.client_id, "client_secret": made.client_secret}


def _at_google(google: Google, generations: Generations, opts: pulumi.ResourceOptions) -> Iterator[tuple[str, Values]]:
    provider = GoogleProvider(
        "google",
        project=google.project,
        storage_custom_endpoint=google.storage_api,
        iam_custom_endpoint=google.account_api,
    )
    opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(providers=[provider]))
    for wanted in google.backup_buckets:
        name = f"{'off-site' if wanted.deletable else 'gcs'}-{wanted.bucket}"
        made = BackupBucket(
            wanted.bucket,
            BackupBucketArgs(
                project=google.project,
                region=wanted.region,
                bucket=wanted.bucket,
                account_id=wanted.account,
                generation=generations[name],
                deletable=wanted.deletable,
            ),
            opts,
        )
        yield name, {"access_id": made.access_id, "secret": made.secret, "bucket": made.bucket}


def _on_the_forge(
    reader: ModuleReader, org: str, generations: Generations, opts: pulumi.ResourceOptions
) -> Iterator[tuple[str, Values]]:
    name = f"ssh-{reader.user}"
    made = GiteaCiUser(
        reader.user,
        GiteaCiUserArgs(
            org=org,
            user=reader.user,
            email=reader.email,
            repositories=[*reader.repositories],
            key_title=reader.key,
            generation=generations[name],
        ),
        opts,
    )
    yield name, {"private_key": made.private_key}


def _called(name: str) -> str:
    """Return the name on the server: it tells whose it is."""
    return f"{pulumi.get_project()}-{name}"
