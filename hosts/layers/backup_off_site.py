"""Layer: a host that sends its backup to another place as well, with rights to add there and no others."""

import json
from typing import Annotated

import pydantic

from hosts.backup import places as at
from hosts.backup.off_site_access import off_site_access
from hosts.layer import Given, Layer, Value
from hosts.model import Model
from hosts.operations.placed_file import placed_file

Name = Annotated[str, pydantic.StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")]
Place = Annotated[
    str, pydantic.StringConstraints(pattern=r"^(s3|rest):https://[A-Za-z0-9][A-Za-z0-9./:_-]*[A-Za-z0-9]$")
]


class BackupOffSite(Model):
    """Where else a host sends its backup to."""

    host: Name
    """This host; the name of its repository there."""
    place: Place
    """The bucket, or the server, in restic's words."""


def deploy_backup_off_site(off_site: BackupOffSite, given: Given) -> None:
    """Place what the sender looks for; it needs no restart."""
    access = off_site_access(
        off_site.place, host=off_site.host, key=given["off_site_key"], secret=given["off_site_secret"]
    )
    texts = {"environment-off-site": json.dumps(access.environment), "repository-off-site": access.repository}
    # The address comes last: with it the sender begins.
    for name, text in texts.items():
        placed_file(
            name=f"Place the secret {name} of the backup", text=f"{text}\n", dest=f"{at.SECRETS}/{name}", mode="600",
            user=at.ACCOUNT, group=at.ACCOUNT, secret=True,
        )  # fmt: skip


LAYER = Layer(
    name="backup_off_site",
    settings=BackupOffSite,
    deploy=deploy_backup_off_site,
    needs=("backup",),
    given={
        "off_site_key": Value(meaning="name of the access to the other place, which may add and no more", secret=True),
        "off_site_secret": Value(meaning="its secret", secret=True),
    },
)
