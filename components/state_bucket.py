"""A bucket of R2 that holds state, and the pair of keys to it."""

import dataclasses
import hashlib

import pulumi

from components.generation import Generation
from provider.cloudflare_resources.api_token import ApiToken
from provider.cloudflare_resources.r2_bucket import R2Bucket
from provider.cloudflare_resources.r2_managed_domain import R2ManagedDomain

PERMISSION = "Workers R2 Storage Bucket Item Write"
"""Reads, lists, writes and removes objects."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class StateBucketArgs:
    """Which bucket, and what its token is called."""

    account_id: pulumi.Input[str]
    """Account that it belongs to."""
    bucket: str
    """Name of the bucket."""
    location: str | None
    """Where it is made, for example `weur`: a wish that counts once; `None` for near whoever makes it."""
    token_name: str
    """Name at Cloudflare, to which the number of the generation is added: project and purpose, nobody else's."""
    generation: Generation = dataclasses.field(default_factory=Generation)
    """Which generations of the pair live."""


class StateBucket(pulumi.ComponentResource):
    """A bucket that nobody reads without a key, and a pair of S3 keys that reads and writes it alone.

    The bucket holds data, so it is protected, and kept when it is no longer declared. That everybody may read it is
    declared as switched off, so a bucket that somebody made public is seen and closed. What the official bucket does
    not see: domains of ours that lead to it, rules of sharing (CORS), life cycle and locks. When the answer to its
    making was lost, the next run says that the name is taken: import it as `ACCOUNT_ID/BUCKET/default`.
    """

    bucket: pulumi.Output[str]
    """Name of the bucket."""
    access_key_id: pulumi.Output[str]
    """Access key of S3: the id of the token."""
    secret_access_key: pulumi.Output[str]
    """Secret key of S3, secret: a digest of the token's value."""
    endpoint: pulumi.Output[str]
    """Where S3 is spoken."""

    def __init__(self, name: str, args: StateBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the bucket, that it is closed, then a token for each generation."""
        super().__init__("factory:cloudflare:StateBucket", name, {"bucket": args.bucket}, opts)
        bucket = R2Bucket(
            name,
            account_id=args.account_id,
            name=args.bucket,
            location=args.location,
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=True,
                retain_on_delete=True,
                # Where it really is may differ from the wish, and is no reason to make another one.
                ignore_changes=["location"],
            ),
        )
        R2ManagedDomain(
            name,
            account_id=args.account_id,
            bucket_name=bucket.name,
            enabled=False,
            opts=pulumi.ResourceOptions(parent=self),
        )
        tokens = {
            number: ApiToken(
                f"{name}-{number}",
                account_id=args.account_id,
                name=f"{args.token_name}-{number}",
                bucket_permissions=[PERMISSION],
                buckets=[args.bucket],
                opts=pulumi.ResourceOptions(parent=self, depends_on=[bucket]),
            )
            for number in args.generation.numbers
        }

        token = tokens[args.generation.current]
        self.bucket = bucket.name
        self.access_key_id = token.token_id
        value: pulumi.Output[str] = pulumi.Output.secret(token.value)
        self.secret_access_key = value.apply(_digest)
        self.endpoint = pulumi.Output.format("https://{0}.r2.cloudflarestorage.com", args.account_id)
        self.register_outputs(
            {
                "bucket": self.bucket,
                "access_key_id": self.access_key_id,
                "secret_access_key": self.secret_access_key,
                "endpoint": self.endpoint,
            }
        )


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
