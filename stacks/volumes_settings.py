"""Where the cluster's volumes are backed up to."""

from typing import Annotated

from pydantic import Field, StringConstraints

from stacks.model import Expect, Model

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{1,62}$")]
Region = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Endpoint = Annotated[str, StringConstraints(pattern=r"^https://[^\s'\"{}]+$")]
Kv1Path = Annotated[str, StringConstraints(pattern=r"^kvv1(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$")]


class Volumes(Model):
    """The bucket that Longhorn sends volumes to; `tiers` says how many backups are kept."""

    bucket: Annotated[Name, Expect(sentence="the name of a bucket", example="bucket: my-backup")]
    """Its name."""
    region: Annotated[Region, Expect(sentence="a region in lower case", example="region: us-east1")]
    """Where it lies."""
    endpoint: Annotated[Endpoint, Expect(sentence="a URL", example="endpoint: https://storage.googleapis.com")] = (
        "https://storage.googleapis.com"
    )
    """Address that answers to S3's words."""
    key: Annotated[Kv1Path, Expect(sentence="a path of KV 1", example="key: kvv1/google/gcs/my-backup")]
    """Where Vault has the key to it; the stack `main` puts it there."""
    snapshots: Annotated[
        int, Field(ge=2, le=100), Expect(sentence="a number of snapshots, two at least", example="snapshots: 3")
    ] = 3
    """Snapshots of each volume that stay on the disks, whoever made them."""
