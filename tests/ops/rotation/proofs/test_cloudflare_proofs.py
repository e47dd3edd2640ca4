"""The proofs of Cloudflare's credentials, against the double."""

from collections.abc import Iterator

import pytest

from ops.rotation.proofs.cloudflare_token_proof import CloudflareTokenProof
from ops.rotation.proofs.cloudflare_tokens import CloudflareTokens
from ops.rotation.proofs.r2_pair_proof import R2PairProof
from ops.rotation.proofs.s3_bucket import S3Bucket
from provider.cloudflare.api import CloudflareApi
from provider.factory_error import FactoryError
from rehearsal.doubles.cloudflare.cloudflare_double import CloudflareDouble
from rehearsal.doubles.cloudflare.permissions import BUCKET, new_id
from rehearsal.doubles.cloudflare.state import Bucket, Policy, Token
from rehearsal.doubles.fault import Fault

COMPANY, NAME, PURPOSE = "company", "my-state", "state"


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> Iterator[CloudflareDouble]:
    """Run a double with a bucket."""
    with CloudflareDouble({COMPANY: []}) as double:
        monkeypatch.setenv("CLOUDFLARE_API_TOKEN", double.first_token.value)
        double.state.buckets.append(
            Bucket(
                name=NAME, account=double.account, jurisdiction="default", location="WEUR", storage_class="Standard",
                created="", public_id=new_id(),
            )
        )  # fmt: skip
        yield double


def _token(double: CloudflareDouble, name: str, *, bucket: str = NAME) -> Token:
    place = f"{BUCKET}.{double.account}_default_{bucket}"
    group = double.state.group("Workers R2 Storage Bucket Item Read", BUCKET)
    policy = Policy(id=new_id(), effect="allow", groups=[group], resources={place: "*"})
    return double.add_token(double.account, name, [policy])


def _tokens(double: CloudflareDouble, *, account: str | None = None) -> CloudflareTokens:
    return CloudflareTokens(CloudflareApi(double.address, waits=()), account=account, purpose=PURPOSE)


def _r2(double: CloudflareDouble) -> R2PairProof:
    def bucket(account: str) -> S3Bucket:
        return S3Bucket(bucket=NAME, host=f"{account}.r2.cloudflarestorage.com", url=double.origin)

    return R2PairProof(_tokens(double), bucket, access_field="id", secret_field="secret")  # noqa: S106 - a field


def _pair(token: Token) -> dict[str, str]:
    return {"id": token.id, "secret": token.secret_access_key}


def test_a_pair_signs_a_request(double: CloudflareDouble) -> None:
    """The double, which checks signatures by itself, lets the pair in; a deleted one and a wrong secret it does not."""
    token = _token(double, f"{PURPOSE}-1")
    proof = _r2(double)

    assert proof.accepts(_pair(token))
    assert not proof.accepts({**_pair(token), "secret": "0" * 64})
    del double.state.tokens[token.id]
    assert not proof.accepts(_pair(token))


def test_a_pair_for_another_bucket(double: CloudflareDouble) -> None:
    """A pair that is known and may not list is neither working nor dead."""
    token = _token(double, f"{PURPOSE}-1", bucket="another")

    with pytest.raises(FactoryError, match="answered 403 to a signed request: AccessDenied") as refused:
        _r2(double).accepts(_pair(token))

    assert token.secret_access_key not in str(refused.value)


@pytest.mark.parametrize("fault", [Fault(kind="cut before"), Fault(kind="fail before", status=503)])
def test_could_not_ask_is_not_dead(double: CloudflareDouble, fault: Fault) -> None:
    """A line that is cut says nothing about the pair."""
    token = _token(double, f"{PURPOSE}-1")
    bucket = S3Bucket(bucket=NAME, host=f"{double.account}.r2.cloudflarestorage.com", url=double.origin)
    double.fault(fault)

    with pytest.raises(FactoryError) as failed:
        bucket.lets_in(token.id, token.secret_access_key, waits=())

    assert token.secret_access_key not in str(failed.value)


def test_a_token_is_asked_about_itself(double: CloudflareDouble) -> None:
    """Alive is what Cloudflare calls active; disabled and deleted are dead."""
    token = _token(double, f"{PURPOSE}-1")
    proof = CloudflareTokenProof(_tokens(double), field="token")
    values = {"token": token.value}

    assert proof.accepts(values)
    token.status = "disabled"
    assert not proof.accepts(values)
    del double.state.tokens[token.id]
    assert not proof.accepts(values)


def test_others_of_the_same_purpose(double: CloudflareDouble) -> None:
    """Only names of the purpose with a number count, over all pages, and the token itself does not."""
    new = _token(double, f"{PURPOSE}-2")
    old = [_token(double, f"{PURPOSE}-{number}") for number in (1, 7)]
    for name in (PURPOSE, f"{PURPOSE}-x", f"another-{PURPOSE}-1", f"{PURPOSE}-1-1"):
        _token(double, name)
    for number in range(60):
        _token(double, f"filler{number}")

    assert _r2(double).others(_pair(new)) == [token.id for token in old]
    assert CloudflareTokenProof(_tokens(double), field="token").others({"token": new.value}) == [t.id for t in old]


def test_the_account(double: CloudflareDouble) -> None:
    """One account needs no name; a name that is not there is not replaced by another one."""
    assert _tokens(double).account == double.account
    assert _tokens(double, account=COMPANY).account == double.account
    with pytest.raises(FactoryError, match="expected the account unheard-of at Cloudflare, found: company"):
        _ = _tokens(double, account="unheard-of").account


def test_a_field_that_is_not_published(double: CloudflareDouble) -> None:
    """A missing field is an error that names it, not a dead credential."""
    with pytest.raises(FactoryError, match="expected the field token in the published values, found other"):
        CloudflareTokenProof(_tokens(double), field="token").accepts({"other": "x"})
