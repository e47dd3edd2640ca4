"""The components at OVH and Google end to end: embedded engine, stand-ins, our provider, doubles."""

import base64
import json
import urllib.parse

import pytest

from ops.official.event_log import Document
from rehearsal.doubles.cloudflare.s3_client import S3Client
from rehearsal.doubles.google.delete_account import delete_account
from rehearsal.lab import changes, expect_success
from tests.rehearsal.clouds.conftest import BUCKET, STACK, ZONE, Clouds

pytestmark = pytest.mark.slow


def _seen(document: Document) -> dict[str, set[str]]:
    """Return what a preview wants to change: last part of the type → properties, or the step."""
    found: dict[str, set[str]] = {}
    for step in document.steps:
        if step.op == "update":
            found.setdefault(step.type.rpartition(":")[2], set()).update(
                part.split(".")[0].split("[")[0] for part in step.diff
            )
        elif step.op not in {"same", "refresh", "read"}:
            found.setdefault(step.type.rpartition(":")[2], set()).add(f"to {step.op}")
    return found


def test_what_is_declared_is_there_and_a_second_run_changes_nothing(clouds: Clouds) -> None:
    """Bucket, rights, accounts, keys, client and policy are as declared; a second run finds nothing to do."""
    bucket = clouds.google.state.buckets[BUCKET]
    (policy,) = clouds.ovh.state.policies.values()
    second = clouds.stack.run("up", refresh=True)
    expect_success(second)

    assert changes(second) == []
    assert bucket.shown["location"] == "US-EAST1"
    assert bucket.shown["versioning"] == {"enabled": True}
    assert bucket.shown["iamConfiguration"] == {
        "uniformBucketLevelAccess": {"enabled": True}, "publicAccessPrevention": "enforced",
    }  # fmt: skip
    assert "retentionPolicy" not in bucket.shown
    assert bucket.shown["lifecycle"] == {
        "rule": [
            {"action": {"type": "Delete"}, "condition": {"daysSinceNoncurrentTime": 30, "isLive": False}},
            {"action": {"type": "AbortIncompleteMultipartUpload"}, "condition": {"age": 7}},
        ]
    }
    account = clouds.google.state.named("my-backup-1")
    assert {str(one["role"]): one["members"] for one in bucket.bindings} == {
        "roles/storage.legacyBucketOwner": ["projectOwner:my-project"],
        "roles/storage.legacyObjectOwner": ["projectOwner:my-project"],
        "roles/storage.objectUser": [f"serviceAccount:{account}"],
    }
    assert policy["permissions"] == {
        "allow": [
            {"action": "domain:apiovh:nameServer/edit"},
            {"action": "domain:apiovh:nameServer/get"},
            {"action": "domain:apiovh:task/get"},
        ]
    }
    assert policy["resources"] == [{"urn": f"urn:v1:eu:resource:domain:{ZONE}"}]


def test_credentials_open_what_they_are_for(clouds: Clouds) -> None:
    """The key writes to its bucket; the client edits the name servers of its domain, and nothing else."""
    assert clouds.writes(clouds.pair()) == 204
    assert clouds.edits(clouds.login()) == [200, 200, 403, 403]
    assert clouds.ovh.state.domains[ZONE].name_servers == ["ada.ns.test"]


@pytest.mark.long
def test_hosts_that_add_delete_their_locks_alone(clouds: Clouds) -> None:
    """The key of such a bucket adds and reads; of what is there it deletes and writes over locks and nothing else."""
    clouds.declare(deletable=("pi1/locks/",))
    try:
        expect_success(clouds.stack.run("up"))
        second = clouds.stack.run("preview", refresh=True)
        key, secret = clouds.pair()
        with S3Client(clouds.google.origin, bucket=BUCKET, access_key_id=key, secret_access_key=secret) as objects:
            made = [objects.put(name, b"1").status_code for name in ("pi1/data/a", "pi1/locks/a")]
            over = [objects.put("pi1/data/a", b"2").status_code, objects.delete("pi1/data/a").status_code]
            read, lock = objects.get("pi1/data/a"), objects.delete("pi1/locks/a")
        (limited,) = [binding for binding in clouds.google.state.buckets[BUCKET].bindings if "condition" in binding]
        limited["condition"] = {"title": "by hand", "expression": 'resource.name.startsWith("p")'}
        seen = _seen(clouds.stack.run("preview", refresh=True))
    finally:
        clouds.declare()
        expect_success(clouds.stack.run("up", refresh=True))

    assert (made, over, read.content, lock.status_code) == ([200, 200], [403, 403], b"1", 204)
    assert (changes(second), seen) == ([], {"BucketIAMPolicy": {"policyData"}})
    assert not any("condition" in binding for binding in clouds.google.state.buckets[BUCKET].bindings)


def test_changes_by_hand_are_seen_and_put_right(clouds: Clouds) -> None:
    """A bucket made public, rights added, nets taken away, keys and clients switched off: shown, and put right."""
    pair, login, bucket = clouds.pair(), clouds.login(), clouds.google.state.buckets[BUCKET]
    bucket.shown |= {
        "iamConfiguration": {"uniformBucketLevelAccess": {"enabled": False}, "publicAccessPrevention": "inherited"},
        "versioning": {"enabled": False}, "retentionPolicy": {"retentionPeriod": "60"},
        "softDeletePolicy": {"retentionDurationSeconds": "0"},
    }  # fmt: skip
    del bucket.shown["lifecycle"]
    for binding in bucket.bindings:
        members = binding["members"]
        assert isinstance(members, list)
        members.append("user:somebody@example.org")
    bucket.bindings.append({"role": "roles/storage.objectViewer", "members": ["allUsers"]})
    clouds.google.state.keys[pair[0]].state = "INACTIVE"
    clouds.google.state.accounts[clouds.google.state.named("my-backup-1")].disabled = True
    clouds.ovh.state.clients[login[0]].description = "by hand"
    (policy,) = clouds.ovh.state.policies.values()
    policy["permissions"] = {"allow": [{"action": "domain:apiovh:*"}]}
    policy["resources"] = [{"urn": "urn:v1:eu:resource:domain:*"}]

    shown = clouds.stack.run("preview", refresh=True)
    expect_success(shown)
    expect_success(clouds.stack.run("up", refresh=True))

    assert _seen(shown) == {
        "Account": {"disabled"},
        "Bucket": {
            "lifecycleRules", "publicAccessPrevention", "retentionPolicy", "softDeletePolicy",
            "uniformBucketLevelAccess", "versioning",
        },
        "BucketIAMPolicy": {"policyData"},
        "HmacKey": {"state"},
        "OAuth2Client": {"description"},
        # A client that is changed keeps its identity, and the preview knows it: no change of `identities`.
        "Policy": {"allows", "resources"},
    }  # fmt: skip
    assert "somebody" not in json.dumps(bucket.bindings)
    assert changes(clouds.stack.run("preview", refresh=True)) == []
    assert (clouds.pair(), clouds.login()) == (pair, login)
    assert (clouds.writes(pair), clouds.edits(login)) == (204, [200, 200, 403, 403])


def test_deleted_account_and_client_are_made_anew(clouds: Clouds) -> None:
    """What somebody deleted is shown as gone, with its key; the next run makes others, and gives those out."""
    pair, login = clouds.pair(), clouds.login()
    delete_account(clouds.google.state.named("my-backup-1"), clouds.google.state)
    del clouds.ovh.state.clients[login[0]]

    shown = clouds.stack.run("preview", refresh=True)
    expect_success(clouds.stack.run("up", refresh=True))

    assert _seen(shown) == {
        "Account": {"to create"}, "BucketIAMPolicy": {"policyData"}, "HmacKey": {"to create"},
        "OAuth2Client": {"to create"}, "Policy": {"identities"},
    }  # fmt: skip
    assert clouds.pair() != pair
    assert clouds.login() != login
    assert (clouds.writes(clouds.pair()), clouds.edits(clouds.login())) == (204, [200, 200, 403, 403])
    assert clouds.living() == sorted([clouds.pair()[0], clouds.login()[0]])


def test_renewal_goes_in_two_steps(clouds: Clouds) -> None:
    """A new generation works beside the old one; without the old one in `kept`, that one is dead."""
    old, old_login = clouds.pair(), clouds.login()
    clouds.declare(current=2, kept=(1,))
    expect_success(clouds.stack.run("up"))
    new, new_login = clouds.pair(), clouds.login()
    both = [clouds.writes(old), clouds.writes(new), clouds.edits(old_login)[1], clouds.edits(new_login)[1]]

    clouds.declare(current=2)
    expect_success(clouds.stack.run("up"))

    assert both == [204, 204, 200, 200]
    assert (clouds.pair(), clouds.login()) == (new, new_login)
    assert (clouds.writes(old), clouds.edits(old_login)) == (403, [401])
    assert (clouds.writes(new), clouds.edits(new_login)[:2]) == (204, [200, 200])
    assert clouds.living() == sorted([new[0], new_login[0]])
    assert [*clouds.google.state.accounts] == [clouds.google.state.named("my-backup-2")]


def test_no_secret_lies_in_plain(clouds: Clouds, first: Document) -> None:
    """No secret is in the state, in what a run says, or in its log, in plain or encoded."""
    state = (clouds.stack.state / ".pulumi" / "stacks" / "factory" / f"{STACK}.json").read_text(encoding="utf-8")
    logs = "".join(path.read_text(encoding="utf-8") for path in clouds.folder.glob("*.log"))
    said = repr(first) + logs
    values = [clouds.pair()[1], clouds.login()[1], clouds.google.state.private_key.splitlines()[1]]
    values += [*clouds.ovh.environment.values(), *clouds.google.state.tokens, *clouds.ovh.state.tokens]
    forms = [
        form
        for value in values
        for form in (
            value, base64.b64encode(value.encode()).decode(), value.encode().hex(), urllib.parse.quote(value, safe=""),
        )
    ]  # fmt: skip

    assert json.loads(state)["checkpoint"]["latest"]["resources"]
    assert [form[:4] for form in forms if form in state or form in said] == []


def test_bucket_is_kept_when_the_stack_goes(clouds: Clouds) -> None:
    """The bucket is protected: nothing of the stack can be destroyed while it is."""
    document = clouds.stack.run("destroy")

    assert document.result == "failed"
    assert BUCKET in clouds.google.state.buckets
