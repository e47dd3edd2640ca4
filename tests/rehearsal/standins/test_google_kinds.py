"""The stand-in for `gcp` on the double."""

import json
from collections.abc import Iterator

import pytest

from provider.factory_error import FactoryError
from rehearsal.doubles.fault import Fault
from rehearsal.doubles.google.google_double import GoogleDouble
from rehearsal.standins.compare import compare
from rehearsal.standins.gcp.account import Account
from rehearsal.standins.gcp.bucket import Bucket
from rehearsal.standins.gcp.bucket_policy import BucketPolicy
from rehearsal.standins.gcp.google_session import GoogleSession, Target
from rehearsal.standins.plain import Properties
from rehearsal.standins.resource_kind import ResourceKind

BUCKET: Properties = {
    "name": "my-backup", "location": "US-EAST1", "storageClass": "STANDARD", "forceDestroy": False,
    "versioning": {"enabled": True}, "softDeletePolicy": {"retentionDurationSeconds": 604800},
    "lifecycleRules": [{"action": {"type": "Delete"}, "condition": {"numNewerVersions": 3, "withState": "ARCHIVED"}}],
}  # fmt: skip


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> Iterator[GoogleDouble]:
    """Run a double, with its credentials in the environment."""
    with GoogleDouble() as double:
        for name, value in double.environment.items():
            monkeypatch.setenv(name, value)
        yield double


@pytest.fixture
def session(double: GoogleDouble) -> GoogleSession:
    """Work on it."""
    session = GoogleSession()
    session.aim(Target(storage=double.storage_address, accounts=double.account_address, project=double.state.project))
    return session


def _differences(kind: ResourceKind, state: Properties, inputs: Properties) -> list[str]:
    return sorted(compare(kind.properties, state=state, inputs=inputs, ignored=()))


def test_bucket_lives_its_life(session: GoogleSession, double: GoogleDouble) -> None:
    """A bucket is made, found again, also without a record, put right after a change, and deleted when empty."""
    kind = Bucket(session)
    identity, made = kind.create(BUCKET)
    imported = kind.read(f"my-project/{identity}", {})
    shown = double.state.buckets[identity].shown
    shown |= {"versioning": {"enabled": False}, "retentionPolicy": {"retentionPeriod": "60"}}
    del shown["lifecycle"]
    changed = kind.read(identity, made)
    mended = kind.update(identity, old=made, new={**BUCKET, "publicAccessPrevention": "inherited"})

    assert _differences(kind, made, BUCKET) == []
    assert imported is not None
    assert (imported[0], _differences(kind, imported[1], BUCKET)) == (identity, [])
    assert changed is not None
    assert _differences(kind, changed[1], BUCKET) == ["lifecycleRules", "retentionPolicy", "versioning"]
    assert _differences(kind, mended, BUCKET) == []
    double.state.buckets[identity].objects["a"] = b"x"
    with pytest.raises(RuntimeError, match="without `force_destroy`"):
        kind.delete(identity, mended)
    double.state.buckets[identity].objects.clear()
    kind.delete(identity, mended)
    assert kind.read(identity, mended) is None


def test_unknown_condition_is_refused(session: GoogleSession) -> None:
    """What the stand-in does not know of a lifecycle rule is refused by name, not dropped."""
    rule: Properties = {"action": {"type": "Delete"}, "condition": {"sizeAboveBytes": 1}}

    with pytest.raises(ValueError, match="does not know lifecycleRules"):
        Bucket(session).create({**BUCKET, "lifecycleRules": [rule]})


def test_account_lives_its_life(session: GoogleSession, double: GoogleDouble) -> None:
    """An account is made, also when the answer is lost, changed, switched back on and deleted."""
    kind = Account(session)
    inputs: Properties = {"accountId": "my-backup-1", "description": "d", "createIgnoreAlreadyExists": True}
    double.fault(Fault(kind="cut after", method="POST", path="/v1/.*"))
    identity, made = kind.create(inputs)
    with pytest.raises(FactoryError, match="already exists"):
        kind.create({"accountId": "my-backup-1"})
    double.state.accounts[str(made["email"])].disabled = True
    changed = kind.read(identity, made)
    assert changed is not None
    mended = kind.update(identity, old=changed[1], new={**inputs, "description": "other", "disabled": False})

    assert _differences(kind, made, inputs) == []
    assert _differences(kind, changed[1], inputs) == ["disabled"]
    assert (mended["disabled"], mended["description"]) == (False, "other")
    assert made["member"] == "serviceAccount:my-backup-1@my-project.iam.gserviceaccount.com"
    kind.delete(identity, mended)
    assert kind.read(identity, mended) is None
    with pytest.raises(LookupError):
        kind.delete(identity, mended)


def test_policy_is_exact_and_order_means_nothing(session: GoogleSession, double: GoogleDouble) -> None:
    """What anybody adds is a difference, another order of the same is none; deleted, the list is empty."""
    Bucket(session).create(BUCKET)
    kind = BucketPolicy(session)
    bindings = [
        {"role": "roles/storage.objectViewer", "members": ["user:b@example.org", "user:a@example.org"]},
        {"role": "roles/storage.admin", "members": ["projectOwner:my-project"]},
    ]
    inputs: Properties = {"bucket": "my-backup", "policyData": json.dumps({"bindings": bindings})}
    identity, made = kind.create(inputs)
    found = kind.read(identity, made)
    double.state.buckets["my-backup"].bindings[0]["members"] = ["user:c@example.org"]
    changed = kind.read(identity, made)

    assert identity == "b/my-backup"
    assert found is not None
    assert _differences(kind, found[1], inputs) == []
    assert changed is not None
    assert _differences(kind, changed[1], inputs) == ["policyData"]
    assert _differences(kind, kind.update(identity, old=changed[1], new=inputs), inputs) == []
    kind.delete(identity, made)
    assert double.state.buckets["my-backup"].bindings == []
