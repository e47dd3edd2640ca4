"""A bucket for backups, and the key by which the backups get there."""

import dataclasses
import json
from collections.abc import Sequence

import pulumi
from pulumi_gcp.serviceaccount.account import Account
from pulumi_gcp.storage.bucket import Bucket
from pulumi_gcp.storage.bucket_iam_policy import BucketIAMPolicy

from components.generation import Generation
from provider.google_resources.hmac_key import HmacKey

USER = "roles/storage.objectUser"
"""Reads, writes, lists and deletes objects; gives nobody rights, changes no bucket, empties no net."""
ADDER = ("roles/storage.objectCreator", "roles/storage.objectViewer")
"""Adds, reads and lists; what is there it neither deletes nor writes over."""
OWNERS = ("roles/storage.legacyBucketOwner", "roles/storage.legacyObjectOwner")
"""What Google gives the owners of a project with every bucket; without it a mistake here would lock all out."""
DAY = 24 * 60 * 60
NONCURRENT_DAYS = 30
SOFT_DELETED_DAYS = 14
UNFINISHED_DAYS = 7
LONGEST_ACCOUNT = 30


@dataclasses.dataclass(frozen=True, kw_only=True)
class BackupBucketArgs:
    """Where the bucket is, and who may use it."""

    project: str
    """Project that it belongs to."""
    region: str
    """Where it lies, for example `US-EAST1`."""
    bucket: str
    """Its name, which nobody else in the world has."""
    account_id: str
    """Name of the service account, to which the number of the generation is added."""
    generation: Generation = dataclasses.field(default_factory=Generation)
    """Which of its keys live."""
    deletable: Sequence[str] = ()
    """Beginnings of the names of what its key may delete; without any, all that is in it."""

    def __post_init__(self) -> None:
        """Refuse a name that is too long with its number."""
        longest = max(len(self.account(number)) for number in self.generation.numbers)
        if longest > LONGEST_ACCOUNT:
            raise ValueError(
                f"account_id: expected at most {LONGEST_ACCOUNT} characters with the number of the generation, "
                f"found {longest} ({self.account(self.generation.current)})"
            )

    def account(self, number: int) -> str:
        """Return the name of the service account of a generation."""
        return f"{self.account_id}-{number}"


class BackupBucket(pulumi.ComponentResource):
    """A bucket that one key may write to and nobody else sees, with two nets below what is deleted in it.

    Longhorn deletes: blocks that no backup needs any more, and its locks. So there is no retention policy, which would
    refuse it that (and, once locked, for ever), and no rule for the age of live objects, which would break backups that
    share blocks. What is overwritten or deleted stays as an older version for 30 days; a version that is deleted, by
    that rule or by whoever has the key, can be restored for 14 more. The key cannot shorten either.

    A host that is broken into must not take its own backups with it: with `deletable` its key adds, and deletes below
    these names alone, the locks of restic. Whoever forgets archives needs another account then: the operator's.

    Google keeps no name for a key, so each generation has a service account of its own with one key. The list of who
    may what is exact: a member or a role that somebody adds is drift, and taken away.

    The bucket holds data: it is protected, and kept with its list when it is no longer declared. If the connection is
    lost after Google made it, the next run is refused ("you already own it"): `./factory import` takes it over. A
    service account is taken over by the next run itself, a key is made anew.
    """

    bucket: pulumi.Output[str]
    """Name of the bucket."""
    access_id: pulumi.Output[str]
    """Id of the current generation's key, the "access key" of S3."""
    secret: pulumi.Output[str]
    """Secret of that key, secret."""

    def __init__(self, name: str, args: BackupBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the bucket, then who may use it."""
        inputs = {"project": args.project, "bucket": args.bucket, "account_id": args.account_id}
        super().__init__("factory:google:BackupBucket", name, inputs, opts)
        child = pulumi.ResourceOptions(parent=self)
        data = pulumi.ResourceOptions(parent=self, protect=True, retain_on_delete=True)

        bucket = Bucket(
            name,
            name=args.bucket,
            project=args.project,
            location=args.region.upper(),
            uniform_bucket_level_access=True,
            public_access_prevention="enforced",
            versioning={"enabled": True},
            lifecycle_rules=[
                {
                    "action": {"type": "Delete"},
                    "condition": {"days_since_noncurrent_time": NONCURRENT_DAYS, "with_state": "ARCHIVED"},
                },
                {
                    "action": {"type": "AbortIncompleteMultipartUpload"},
                    "condition": {"age": UNFINISHED_DAYS, "with_state": "ANY"},
                },
            ],
            soft_delete_policy={"retention_duration_seconds": SOFT_DELETED_DAYS * DAY},
            opts=data,
        )
        accounts = {
            number: Account(
                f"{name}-{number}",
                account_id=args.account(number),
                project=args.project,
                display_name=args.account(number),
                description=f"Writes backups to {args.bucket}",
                # One whose answer was lost is ours all the same: its name says so.
                create_ignore_already_exists=True,
                opts=child,
            )
            for number in args.generation.numbers
        }
        members = [account.member for account in accounts.values()]
        policy = BucketIAMPolicy(
            name,
            bucket=bucket.name,
            policy_data=pulumi.Output.all(*members).apply(lambda known: _policy(args, [*known])),
            opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(retain_on_delete=True)),
        )
        # A key that is given out before it may anything would fail at its first use.
        after = pulumi.ResourceOptions(parent=self, depends_on=[policy])
        keys = {
            number: HmacKey(f"{name}-{number}", service_account=account.email, opts=after)
            for number, account in accounts.items()
        }

        current = keys[args.generation.current]
        self.bucket = bucket.name
        self.access_id = current.access_id
        self.secret = pulumi.Output.secret(current.secret)
        self.register_outputs({"bucket": self.bucket, "access_id": self.access_id, "secret": self.secret})


def _policy(args: BackupBucketArgs, members: list[str]) -> str:
    """Return who may what, and nobody else; equal rights give equal text."""
    owners: list[dict[str, object]] = [{"members": [f"projectOwner:{args.project}"], "role": role} for role in OWNERS]
    own: dict[str, object] = {"members": sorted(members), "role": USER}
    ours = [own]
    if args.deletable:
        objects = f"projects/_/buckets/{args.bucket}/objects/"
        below = [f'resource.name.startsWith("{objects}{name}")' for name in sorted(args.deletable)]
        own["condition"] = {"title": "what may be deleted", "expression": " || ".join(below)}
        ours += [{"members": sorted(members), "role": role} for role in ADDER]
    bindings = sorted([*owners, *ours], key=lambda one: str(one["role"]))
    return json.dumps({"bindings": bindings}, sort_keys=True)
