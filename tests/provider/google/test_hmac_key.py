"""A key for Google's S3-compatible API is made once, found again, put right, and dead when it is deleted."""

import json
import os

import pytest

from provider.factory_error import FactoryError
from provider.google.hmac_key_kind import HmacKeyKind
from provider.google.service_account_key import ServiceAccountKey
from provider.guard import ProductionRefusedError
from provider.values import Properties
from rehearsal.doubles.cloudflare.s3_client import S3Client
from rehearsal.doubles.fault import Fault, Kind
from rehearsal.doubles.google.delete_account import delete_account
from rehearsal.doubles.google.google_double import GoogleDouble
from rehearsal.doubles.google.google_state import Bucket

KEYS = "/storage/v1/projects/my-project/hmacKeys"
ACCOUNT = "backup-1@my-project.iam.gserviceaccount.com"
ANOTHER = "backup-2@my-project.iam.gserviceaccount.com"


@pytest.fixture
def inputs(kind: HmacKeyKind) -> Properties:
    """Declare the key of an account."""
    checked = kind.check({"service_account": ACCOUNT})
    assert checked.faults == []
    return checked.inputs


def _alive(double: GoogleDouble) -> list[str]:
    return [access_id for access_id, key in double.state.keys.items() if key.state != "DELETED"]


def _found(kind: HmacKeyKind, inputs: Properties, state: Properties) -> Properties | None:
    found = kind.read(kind.identity(inputs), inputs, state)
    return None if found is None else found.inputs


def _status(double: GoogleDouble, made: Properties) -> int:
    double.state.buckets["backup"] = Bucket(
        shown={"iamConfiguration": {"publicAccessPrevention": "enforced"}},
        bindings=[{"role": "roles/storage.objectUser", "members": [f"serviceAccount:{ACCOUNT}"]}],
    )
    with S3Client(
        double.origin, bucket="backup", access_key_id=str(made["access_id"]), secret_access_key=str(made["secret"])
    ) as client:
        return client.put("a b/c", b"content").status_code


def test_made_key_works_until_it_is_deleted(kind: HmacKeyKind, double: GoogleDouble, inputs: Properties) -> None:
    """What was made signs a request that is accepted; after the deletion it is dead."""
    made = kind.make(inputs, {})

    assert _found(kind, inputs, made) == inputs
    assert _status(double, made) == 200
    kind.delete(ACCOUNT)
    assert _status(double, made) == 403
    assert _found(kind, inputs, made) is None
    kind.delete(ACCOUNT)


@pytest.mark.parametrize("fault", ["cut after", "fail after", "cut before", "fail before", "too many requests"])
def test_fault_while_it_is_made_leaves_one(
    kind: HmacKeyKind, double: GoogleDouble, inputs: Properties, fault: Kind
) -> None:
    """Whatever became of the request, in the end there is one key, and its secret is known."""
    double.fault(Fault(kind=fault, method="POST", path=KEYS, times=2, retry_after="0"))

    made = kind.make(inputs, {})

    assert _alive(double) == [made["access_id"]]
    assert double.state.keys[str(made["access_id"])].secret == made["secret"]


def test_one_that_nobody_knows_the_secret_of_is_removed(
    kind: HmacKeyKind, double: GoogleDouble, inputs: Properties
) -> None:
    """A run that was killed after the server made a key leaves one behind: the next run removes it, and no other's."""
    another = kind.make({**inputs, "service_account": ANOTHER}, {})
    lost = kind.make(inputs, {})
    made = kind.make(inputs, {})

    assert lost["access_id"] != made["access_id"]
    assert _alive(double) == [another["access_id"], made["access_id"]]


def test_changes_by_hand_are_seen_and_put_right(kind: HmacKeyKind, double: GoogleDouble, inputs: Properties) -> None:
    """A disabled key and a second one are seen; after a run the key works and is the only one."""
    made = kind.make(inputs, {})
    double.state.keys[str(made["access_id"])].state = "INACTIVE"
    assert _status(double, made) == 403
    kind.make({**inputs, "service_account": ANOTHER}, {})
    extra = next(key for key in double.state.keys.values() if key.email == ANOTHER)
    extra.email = ACCOUNT

    assert _found(kind, inputs, made) == {**inputs, "state": "INACTIVE", "keys": 2.0}
    mended = kind.make(inputs, made)

    assert (mended["secret"], _alive(double)) == (made["secret"], [made["access_id"]])
    assert _found(kind, inputs, mended) == inputs
    assert _status(double, mended) == 200


def test_deleted_key_is_seen_and_made_anew(kind: HmacKeyKind, double: GoogleDouble, inputs: Properties) -> None:
    """One that somebody deleted is gone, though Google shows it for a while; the next one has another secret."""
    made = kind.make(inputs, {})
    double.state.keys[str(made["access_id"])].state = "DELETED"

    assert _found(kind, inputs, made) is None
    again = kind.make(inputs, made)

    assert again["secret"] != made["secret"]
    assert _alive(double) == [again["access_id"]]


def test_lists_are_read_to_their_end(kind: HmacKeyKind, double: GoogleDouble, inputs: Properties) -> None:
    """All keys of the account are found, however many pages there are."""
    double.state.page = 2
    for _ in range(5):
        kind.make({**inputs, "service_account": ANOTHER}, {})
        for key in double.state.keys.values():
            key.email = ACCOUNT
    assert len(_alive(double)) == 5

    kind.delete(ACCOUNT)

    assert _alive(double) == []


def test_deletion_is_proved(kind: HmacKeyKind, double: GoogleDouble, inputs: Properties) -> None:
    """A key that the server still shows is not reported as gone; lost answers are asked for again."""
    kind.make(inputs, {})
    double.fault(Fault(kind="stale reads", method="DELETE"))
    with pytest.raises(FactoryError, match="still shows it"):
        kind.delete(ACCOUNT)

    kind.make(inputs, {})
    double.fault(Fault(kind="cut after", method="DELETE"))
    double.fault(Fault(kind="cut after", method="PUT"))
    kind.delete(ACCOUNT)

    assert _alive(double) == []


def test_missing_account_is_named(kind: HmacKeyKind, double: GoogleDouble, inputs: Properties) -> None:
    """Without its account there is no key; that says so."""
    del double.state.accounts[ACCOUNT]

    with pytest.raises(FactoryError, match=f"service account {ACCOUNT}: not found"):
        kind.make(inputs, {})


def test_key_of_an_account_that_is_gone_is_gone(kind: HmacKeyKind, double: GoogleDouble, inputs: Properties) -> None:
    """With its account a key is gone, also when Google does not even list the keys of such an account."""
    made = kind.make(inputs, {})
    delete_account(ACCOUNT, double.state)
    assert _status(double, made) == 403
    assert _found(kind, inputs, made) is None

    double.fault(Fault(kind="fail before", method="GET", path=KEYS, status=404))
    kind.delete(ACCOUNT)


def test_account_that_is_not_known_everywhere_is_waited_for(
    kind: HmacKeyKind, double: GoogleDouble, inputs: Properties
) -> None:
    """An account that was just made may be unknown to the storage for a while."""
    double.fault(Fault(kind="fail before", method="POST", path=KEYS, times=2, status=404))

    made = kind.make(inputs, {})

    assert _alive(double) == [made["access_id"]]


def test_import_is_refused(kind: HmacKeyKind, inputs: Properties) -> None:
    """One that is there already cannot be taken over: nobody knows its secret."""
    kind.make(inputs, {})

    with pytest.raises(FactoryError, match="cannot be taken over"):
        kind.read(ACCOUNT, {}, {})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"type": "authorized_user"}, 'an object with "type": "service_account"'),
        ({"token_uri": ""}, "the field token_uri"),
        ({"private_key": "mistyped-credential"}, "a private key as PEM text in private_key"),
    ],
)
def test_unusable_credential_is_named(
    double: GoogleDouble, monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], said: str
) -> None:
    """The message says what is wrong with GOOGLE_CREDENTIALS, never what it holds."""
    content = {**json.loads(double.environment["GOOGLE_CREDENTIALS"]), **changed}
    monkeypatch.setenv("GOOGLE_CREDENTIALS", json.dumps(content))

    with pytest.raises(FactoryError, match=f"GOOGLE_CREDENTIALS is not the key .* expected {said}") as fault:
        ServiceAccountKey.from_environment()

    assert "mistyped-credential" not in str(fault.value)


def test_key_that_the_account_no_longer_has_is_refused(
    kind: HmacKeyKind, inputs: Properties, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A login that fails says which account's key is wrong, and repeats neither the key nor what it signed."""
    with GoogleDouble() as stranger:
        key = json.loads(stranger.environment["GOOGLE_CREDENTIALS"])["private_key"]
    content = json.loads(os.environ["GOOGLE_CREDENTIALS"])
    monkeypatch.setenv("GOOGLE_CREDENTIALS", json.dumps({**content, "private_key": key}))

    with pytest.raises(FactoryError, match="Invalid JWT Signature") as fault:
        kind.make(inputs, {})

    assert content["client_email"] in str(fault.value)
    assert "eyJ" not in str(fault.value)


def test_missing_and_foreign_credentials_are_refused(
    double: GoogleDouble, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """Without the variable, with something else in it, or with a login of production, nothing is contacted."""
    content = json.loads(double.environment["GOOGLE_CREDENTIALS"])
    monkeypatch.setenv(
        "GOOGLE_CREDENTIALS", json.dumps({**content, "token_uri": "https://oauth2.googleapis.com/token"})
    )
    with pytest.raises(ProductionRefusedError):
        ServiceAccountKey.from_environment()
    monkeypatch.setenv("GOOGLE_CREDENTIALS", "key.json")
    with pytest.raises(FactoryError, match="expected JSON text, not the name of a file"):
        ServiceAccountKey.from_environment()
    monkeypatch.delenv("GOOGLE_CREDENTIALS")
    with pytest.raises(FactoryError, match="GOOGLE_CREDENTIALS is not set"):
        ServiceAccountKey.from_environment()
