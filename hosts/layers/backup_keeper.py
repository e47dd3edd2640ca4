"""Layer: who keeps the backups of the other hosts, on a plain disk outside the cluster."""

import base64
import hashlib
from collections.abc import Sequence
from typing import Annotated

import pydantic

from hosts.backup import places as at
from hosts.backup.derived_password import derived_password
from hosts.backup.unit_files import render_keeper
from hosts.layer import Given, Layer, Value
from hosts.model import Model
from hosts.operations.host_certificate import host_certificate
from hosts.operations.installed_packages import installed_packages
from hosts.operations.placed_file import placed_file
from hosts.operations.running_service import running_service
from hosts.operations.system_account import system_account

Folder = Annotated[str, pydantic.StringConstraints(pattern=r"^(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$")]
Name = Annotated[str, pydantic.StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")]
Reachable = Annotated[str, pydantic.StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
Port = Annotated[int, pydantic.Field(ge=1024, le=65535)]


class BackupKeeper(Model):
    """A host with the repositories of others."""

    mount: Folder
    """Where the data disk is mounted; without it nothing is kept."""
    folder: Folder
    """Folder of the repositories, below `mount`."""
    hosts: Annotated[tuple[Name, ...], pydantic.Field(min_length=1)]
    """Whose backups it takes; each reaches its own alone."""
    names: Annotated[tuple[Reachable, ...], pydantic.Field(min_length=1)]
    """Under which it is reached: what its certificate is for."""
    port: Port = 8445


def render_users(hosts: Sequence[str], *, secret: str) -> str:
    """Return name and digest for each host; a password drawn by lot needs no slow digest."""
    lines = []
    for host in hosts:
        # The only digest that rclone takes without a salt, so that the file stays the same.
        digest = hashlib.sha1(derived_password(secret, host=host).encode(), usedforsecurity=False).digest()
        lines.append(f"{host}:{{SHA}}{base64.b64encode(digest).decode()}\n")
    return "".join(lines)


def deploy_backup_keeper(keeper: BackupKeeper, given: Given) -> None:
    """Install, configure, and take backups in."""
    installed_packages(name="Install what keeps backups", packages=("rclone", "restic"))
    system_account(
        name="Make the account that owns backups", account=at.KEEPER, home="/nonexistent", number=at.KEEPER_NUMBER
    )
    users = placed_file(
        name="Say which hosts may send backups",
        text=render_users(keeper.hosts, secret=given["upload_password"]),
        dest=f"{at.KEEPER_SECRETS}/users",
        mode="600",
        secret=True,
    )
    got = host_certificate(
        name="keeper",
        names=keeper.names,
        folder=f"{at.KEEPER_SECRETS}/tls",
        reload=f"systemctl restart {at.KEEPER_SERVICE}",
    )
    unit = placed_file(
        name="Place the unit of the keeper",
        text=render_keeper(mount=keeper.mount, folder=keeper.folder, port=keeper.port),
        dest=f"{at.UNITS}/{at.KEEPER_SERVICE}",
    )
    running_service(
        name="Run the keeper",
        unit=at.KEEPER_SERVICE,
        files=(f"{at.UNITS}/{at.KEEPER_SERVICE}", f"{at.KEEPER_SECRETS}/users"),
        after=(users, got, unit),
        ready=f"bash -c ': </dev/tcp/127.0.0.1/{keeper.port}' 2>/dev/null",
    )


LAYER = Layer(
    name="backup_keeper",
    settings=BackupKeeper,
    deploy=deploy_backup_keeper,
    needs=("disks", "pki"),
    given={"upload_password": Value(meaning="what the hosts' passwords at the keeper are made from", secret=True)},
    holds_data=True,
)
