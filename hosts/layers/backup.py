"""Layer: a host that backs up what it has, every night, to the keeper."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import pydantic

from hosts.backup import collect, send
from hosts.backup import places as at
from hosts.backup.derived_password import derived_password
from hosts.backup.unit_files import render_service, render_timer
from hosts.layer import Given, Layer, Value
from hosts.model import Model
from hosts.operations.installed_packages import installed_packages
from hosts.operations.placed_file import placed_file
from hosts.operations.running_service import running_service
from hosts.operations.system_account import system_account

PlacePath = Annotated[str, pydantic.StringConstraints(pattern=r"^(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$")]
Name = Annotated[str, pydantic.StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")]
Reachable = Annotated[str, pydantic.StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
Accounted = Annotated[
    str, pydantic.StringConstraints(pattern=r"^(volume [A-Za-z0-9][A-Za-z0-9_.-]*|(/[A-Za-z0-9_.-]+)+)$")
]


class Databases(Model):
    """All databases and roles of a PostgreSQL server."""

    kind: Literal["postgres"]
    container: Name
    """Container of the server."""


class Files(Model):
    """Folders and files."""

    kind: Literal["files"]
    paths: Annotated[tuple[PlacePath, ...], pydantic.Field(min_length=1)]
    """What is packed."""
    left_out: tuple[PlacePath, ...] = ()
    """What in them is not: caches, or what is copied otherwise."""
    sqlite: tuple[PlacePath, ...] = ()
    """Databases of sqlite, copied whole while they are written."""


class Cluster(Model):
    """The objects of the cluster that lead to data: claims, volumes, and what Longhorn knows of them."""

    kind: Literal["cluster"]


class Vault(Model):
    """A snapshot of Vault's storage."""

    kind: Literal["vault"]
    url: Annotated[str, pydantic.StringConstraints(pattern=r"^https://[a-z0-9][a-z0-9.-]*(:\d+)?$")]
    """Where it answers; it must be on this host."""
    namespace: Name
    """Namespace of the service account that asks for the snapshot."""
    account: Name
    """That account."""
    role: Name
    """Role of Vault that lets it in: it may read a snapshot, and nothing else."""


Source = Annotated[Databases | Files | Cluster | Vault, pydantic.Field(discriminator="kind")]


class Backup(Model):
    """What a host backs up, and where to."""

    host: Name
    """This host; the name of its repository."""
    mount: PlacePath
    """Where the data disk is mounted; without it nothing is collected."""
    keeper: Reachable | None = None
    """Address of the host that keeps it; the keeper itself has none, and tells what of it is in no backup."""
    port: Annotated[int, pydantic.Field(ge=1024, le=65535)] = 8445
    sources: Mapping[Name, Source]
    """Source → what it is."""
    accounted: tuple[Accounted, ...] = ()
    """Folders of the data disk and volumes of Docker that are in a source, or that nobody would miss."""
    hours: Annotated[int, pydantic.Field(ge=1, le=20)] = 6
    """After so long a run is ended."""
    memory_mebibytes: Annotated[int, pydantic.Field(ge=128)] = 768

    @property
    def staging(self) -> str:
        """Where it is collected."""
        return f"{self.mount}/backup-staging"


def render_settings(backup: Backup) -> str:
    """Return what the two programs read."""
    told = {
        "host": backup.host,
        "mount": backup.mount,
        "staging": backup.staging,
        "sources": {name: source.model_dump() for name, source in backup.sources.items()},
        "accounted": [*backup.accounted, backup.staging],
    }
    return json.dumps(told, indent=1) + "\n"


def deploy_backup(backup: Backup, given: Given) -> None:
    """Install, configure, and let the timer wait for the night."""
    installed_packages(name="Install what backs up", packages=("python3", "restic"))
    system_account(
        name="Make the account that sends backups", account=at.ACCOUNT, home=at.STATE, number=at.ACCOUNT_NUMBER
    )
    for name, text in _secrets(backup, given).items():
        placed_file(
            name=f"Place the secret {name} of the backup", text=f"{text}\n", dest=f"{at.SECRETS}/{name}", mode="600",
            user=at.ACCOUNT, group=at.ACCOUNT, secret=True,
        )  # fmt: skip
    placed_file(name="Place the root that the keeper is known by", text=given["root_certificate"], dest=at.ROOT)
    for name, program in {"collect": collect, "send": send}.items():
        placed_file(
            name=f"Place the program that does {name}",
            text=Path(str(program.__file__)).read_text(encoding="utf-8"),
            dest=f"{at.PROGRAMS}/backup-{name}.py",
        )
    placed_file(name="Say what is backed up", text=render_settings(backup), dest=at.SETTINGS)
    placed_file(
        name="Place the unit of the backup",
        text=render_service(
            mount=backup.mount, staging=backup.staging, hours=backup.hours, memory_mebibytes=backup.memory_mebibytes
        ),
        dest=f"{at.UNITS}/{at.SERVICE}",
    )
    timer = placed_file(name="Place the timer of the backup", text=render_timer(), dest=f"{at.UNITS}/{at.TIMER}")
    running_service(name="Back up every night", unit=at.TIMER, files=(f"{at.UNITS}/{at.TIMER}",), after=(timer,))


def _secrets(backup: Backup, given: Given) -> Mapping[str, str]:
    secrets = {"password": derived_password(given["repository_password"], host=backup.host)}
    if backup.keeper is not None:
        upload = derived_password(given["upload_password"], host=backup.host)
        place = f"{backup.host}:{upload}@{backup.keeper}:{backup.port}/{backup.host}/"
        secrets["repository-keeper"] = f"rest:https://{place}"
    return secrets


LAYER = Layer(
    name="backup",
    settings=Backup,
    deploy=deploy_backup,
    needs=("disks", "pki", "docker", "backup_keeper"),
    given={
        "upload_password": Value(meaning="what the hosts' passwords at the keeper are made from", secret=True),
        "repository_password": Value(meaning="what the repositories' passwords are made from", secret=True),
        "root_certificate": Value(meaning="root of the lab, by which the keeper is known", secret=False),
    },
)
