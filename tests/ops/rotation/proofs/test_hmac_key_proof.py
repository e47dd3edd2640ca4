"""The proof of an HMAC key of Google's storage, against the double."""

from collections.abc import Iterator

import pytest

from ops.rotation.proofs.hmac_key_proof import HmacKeyProof
from ops.rotation.proofs.s3_bucket import S3Bucket
from provider.factory_error import FactoryError
from provider.google.api import GoogleApi
from rehearsal.doubles.google.google_double import GoogleDouble
from rehearsal.doubles.google.google_state import Account, Bucket

PROJECT, ACCOUNT, NAME = "my-project", "backup", "my-backup"


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> Iterator[GoogleDouble]:
    """Run a double with a bucket, whose deployer is in the environment."""
    with GoogleDouble(project=PROJECT) as double:
        monkeypatch.setenv("GOOGLE_CREDENTIALS", double.environment["GOOGLE_CREDENTIALS"])
        double.state.buckets[NAME] = Bucket(
            shown={"iamConfiguration": {"publicAccessPrevention": "enforced"}}, bindings=[]
        )
        yield double


def _proof(double: GoogleDouble) -> HmacKeyProof:
    bucket = S3Bucket(bucket=NAME, host=double.origin.removeprefix("http://"), url=double.origin)
    api = GoogleApi(double.origin, waits=())
    return HmacKeyProof(api, bucket, project=PROJECT, account=ACCOUNT, id_field="id", secret_field="secret")  # noqa: S106 - a field


def _key(double: GoogleDouble, account: str, *, may: bool = True) -> dict[str, str]:
    email = f"{account}@{PROJECT}.iam.gserviceaccount.com"
    double.state.accounts.setdefault(email, Account(unique_id=account))
    if may:
        double.state.buckets[NAME].bindings.append(
            {"role": "roles/storage.objectUser", "members": [f"serviceAccount:{email}"]}
        )
    path = f"/projects/{PROJECT}/hmacKeys"
    told = GoogleApi(double.origin, waits=()).send("POST", path, query={"serviceAccountEmail": email})
    assert told is not None
    metadata = told["metadata"]
    assert isinstance(metadata, dict)
    return {"id": str(metadata["accessId"]), "secret": str(told["secret"])}


def test_a_key_signs_a_request(double: GoogleDouble) -> None:
    """The double checks the signature and lets the key in; one that is switched off and a wrong secret it does not."""
    values = _key(double, f"{ACCOUNT}-1")
    proof = _proof(double)

    assert proof.accepts(values)
    assert not proof.accepts({**values, "secret": "wrong"})
    double.state.keys[values["id"]].state = "INACTIVE"
    assert not proof.accepts(values)


def test_a_key_without_rights(double: GoogleDouble) -> None:
    """A key that is known and may not list is neither working nor dead."""
    values = _key(double, f"{ACCOUNT}-1", may=False)

    with pytest.raises(FactoryError, match="answered 403 to a signed request: AccessDenied"):
        _proof(double).accepts(values)


def test_others_of_the_same_purpose(double: GoogleDouble) -> None:
    """Keys of the account's generations count, whatever their state but deleted; those of other accounts do not."""
    old, new, gone = (_key(double, f"{ACCOUNT}-{number}") for number in (1, 2, 3))
    for account in (f"{ACCOUNT}-x", f"{ACCOUNT}er-1", "another-1"):
        _key(double, account)
    double.state.keys[old["id"]].state = "INACTIVE"
    double.state.keys[gone["id"]].state = "DELETED"

    assert _proof(double).others(new) == [old["id"]]
