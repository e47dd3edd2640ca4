"""The proof that fits a credential of the stack."""

import urllib.parse
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from ops.rotation.main_stack import MainStack
from ops.rotation.proof import Proof
from ops.rotation.proofs.account_proof import AccountProof
from ops.rotation.proofs.cloudflare_token_proof import CloudflareTokenProof
from ops.rotation.proofs.cloudflare_tokens import CloudflareTokens
from ops.rotation.proofs.hmac_key_proof import HmacKeyProof
from ops.rotation.proofs.login_client_proof import LoginClientProof
from ops.rotation.proofs.ovh_client_proof import OvhClientProof
from ops.rotation.proofs.r2_pair_proof import R2PairProof
from ops.rotation.proofs.s3_bucket import S3Bucket
from ops.rotation.proofs.ssh_key_proof import SshKeyProof
from provider.cloudflare.api import CloudflareApi
from provider.factory_error import FactoryError
from provider.google.api import GoogleApi
from provider.ovh.api import OvhApi
from stacks.credential_table import Credential, Kind

Part = TypeVar("Part")
CLOUDFLARE, R2 = "api.cloudflare.com", "r2.cloudflarestorage.com"


def proof_for(stack: MainStack, credential: Credential) -> Proof:
    """Return how *credential* is tried, with the addresses of the *stack*."""
    makers: Mapping[Kind, Callable[[MainStack, Credential], Proof]] = {
        "r2": _r2, "cloudflare": _cloudflare, "ovh": _ovh, "gcs": _gcs, "off-site": _gcs,
        "client": _login_client, "ci": _account, "plan": _account, "ssh": _ssh,
    }  # fmt: skip
    return makers[credential.kind](stack, credential)


def _r2(stack: MainStack, credential: Credential) -> Proof:
    tokens = _tokens(stack, credential)
    api = urllib.parse.urlsplit(_given(stack.settings.cloudflare, "cloudflare").api)

    def bucket(account: str) -> S3Bucket:
        host = f"{account}.{R2}"
        # A double answers for every host; the host that it stands for is signed all the same.
        url = f"https://{host}" if api.netloc == CLOUDFLARE else f"{api.scheme}://{api.netloc}"
        return S3Bucket(bucket=credential.subject, host=host, url=url)

    return R2PairProof(tokens, bucket, access_field="access_key_id", secret_field="secret_access_key")  # noqa: S106 - a field


def _cloudflare(stack: MainStack, credential: Credential) -> Proof:
    return CloudflareTokenProof(_tokens(stack, credential), field="token")


def _tokens(stack: MainStack, credential: Credential) -> CloudflareTokens:
    settings = _given(stack.settings.cloudflare, "cloudflare")
    return CloudflareTokens(CloudflareApi(settings.api), account=settings.account, purpose=stack.called(credential))


def _ovh(stack: MainStack, credential: Credential) -> Proof:
    api = OvhApi(_given(stack.settings.ovh, "ovh").api)
    return OvhClientProof(api, purpose=stack.called(credential), id_field="client_id", secret_field="client_secret")  # noqa: S106 - a field


def _gcs(stack: MainStack, credential: Credential) -> Proof:
    google = _given(stack.settings.google, "google")
    account = _only(one.account for one in google.backup_buckets if one.bucket == credential.subject)
    host = urllib.parse.urlsplit(google.api).netloc
    bucket = S3Bucket(bucket=credential.subject, host=host, url=google.api)
    return HmacKeyProof(
        GoogleApi(google.api), bucket, project=google.project, account=account, id_field="access_id",
        secret_field="secret",  # noqa: S106 - a field
    )  # fmt: skip


def _login_client(stack: MainStack, credential: Credential) -> Proof:
    return LoginClientProof(stack.gitea, purpose=stack.called(credential))


def _account(stack: MainStack, _credential: Credential) -> Proof:
    return AccountProof(stack.gitea)


def _ssh(stack: MainStack, credential: Credential) -> Proof:
    reader = _given(stack.settings.module_reader, "module_reader")
    return SshKeyProof(stack.gitea, user=reader.user, purpose=reader.key, field=_only(credential.fields))


def _given(part: Part | None, name: str) -> Part:
    if part is None:
        raise FactoryError(f"settings.{name}: missing. Expected it, since one of its credentials is to be renewed")
    return part


def _only(found: Iterable[str]) -> str:
    (one,) = found
    return one
