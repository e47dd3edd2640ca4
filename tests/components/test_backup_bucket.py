"""The bucket for backups, as it is declared."""

import dataclasses
import json
from collections.abc import Sequence

import pulumi
import pytest

from components.backup_bucket import BackupBucket, BackupBucketArgs
from components.generation import Generation
from tests.declare import Program, declare

BUCKET = ("gcp:storage/bucket:Bucket", "backup")
POLICY = ("gcp:storage/bucketIAMPolicy:BucketIAMPolicy", "backup")


def _args(account: str, generation: Generation) -> BackupBucketArgs:
    return BackupBucketArgs(
        project="my-project", region="us-east1", bucket="my-backup", account_id=account, generation=generation
    )


def _declared(generation: Generation, *, deletable: Sequence[str] = ()) -> Program:
    def program(generation: Generation) -> None:
        args = dataclasses.replace(_args("my-backup", generation), deletable=deletable)
        BackupBucket("backup", args, pulumi.ResourceOptions())

    return declare(program, generation)


def test_what_holds_data_is_protected_and_kept() -> None:
    """Bucket and list stay when they are no longer declared; no rule touches a live object, none refuses a deletion."""
    program = _declared(Generation())
    bucket, policy = program[BUCKET], program[POLICY]

    assert (bucket.protected, bucket.retained, policy.retained) == (True, True, True)
    assert "retentionPolicy" not in bucket.inputs
    rules = json.dumps(bucket.inputs["lifecycleRules"])
    assert '"LIVE"' not in rules
    assert {one.parent for key, one in program.items() if key[0] != "factory:google:BackupBucket"} - {""} == {
        program["factory:google:BackupBucket", "backup"].urn
    }


def test_each_generation_has_an_account_and_a_key() -> None:
    """One account and one key for each number, and the account says the number."""
    program = _declared(Generation(3, (2,)))

    accounts = {name: one.inputs["accountId"] for (kind, name), one in program.items() if kind.endswith("Account")}
    assert accounts == {"backup-2": "my-backup-2", "backup-3": "my-backup-3"}
    assert [name for kind, name in program if kind == "factory:google:HmacKey"] == ["backup-2", "backup-3"]


def test_hosts_add_and_delete_their_locks_alone() -> None:
    """Without a condition their account adds and reads; the role that deletes is bound to the names of locks."""
    program = _declared(Generation(), deletable=["pi2/locks/", "pi1/locks/"])

    policy = json.loads(str(program[POLICY].inputs["policyData"]))
    roles = {one["role"]: one.get("condition", {}).get("expression") for one in policy["bindings"]}
    objects = "projects/_/buckets/my-backup/objects/"
    assert roles == {
        "roles/storage.legacyBucketOwner": None, "roles/storage.legacyObjectOwner": None,
        "roles/storage.objectCreator": None, "roles/storage.objectViewer": None,
        "roles/storage.objectUser": f'resource.name.startsWith("{objects}pi1/locks/") || '
        f'resource.name.startsWith("{objects}pi2/locks/")',
    }  # fmt: skip


def test_name_that_is_too_long_with_its_number_is_refused() -> None:
    """Google takes 30 characters; that is said before anything is declared."""
    _args("a" * 28, Generation())

    with pytest.raises(ValueError, match=r"^account_id: expected at most 30 characters .* found 31 \(a{28}-10\)$"):
        _args("a" * 28, Generation(10))
