"""Thing: where Longhorn sends the cluster's volumes, how often, and the key to that place."""

from collections.abc import Iterator, Mapping
from typing import Annotated

import pydantic

from hosts.cluster.kubernetes_object import Json, KubernetesObject, kubernetes_object
from hosts.cluster.longhorn import NAMESPACE
from hosts.cluster.secrets_operator import CONNECTION
from hosts.cluster.vault import NAMESPACE as VAULT_NAMESPACE
from hosts.layer import Given
from hosts.model import Model

NAME = "volume-backups"
"""Service account, role in Vault, and Secret with the key."""
TARGET = "default"
"""Longhorn makes one of that name by itself, empty, and sends there what names no other."""
EVERY_VOLUME = "default"
"""Longhorn's group of the volumes that nobody gave jobs of their own."""
LONGHORN = "longhorn.io/v1beta2"
OPERATOR = "secrets.hashicorp.com/v1beta1"
AUDIENCE = "vault"
RENEWED = "10m"
"""A key that was renewed in Vault is in the cluster after that time."""
FIELDS = {"AWS_ACCESS_KEY_ID": "access_id", "AWS_SECRET_ACCESS_KEY": "secret"}
"""Key of the Secret, as Longhorn reads it → field in Vault."""
# Before four, when the objects of the volumes are collected: what they say of their last backup is of the same night.
TIMES = {"daily": "0 2 * * *", "weekly": "30 2 * * 0", "monthly": "0 3 1 * *", "yearly": "30 3 1 1 *"}
SNAPSHOTS_TIME = "0 5 * * *"
Count = Annotated[int, pydantic.Field(ge=0, le=100)]


class Tiers(Model):
    """How many backups of each volume are kept."""

    daily: Count
    """Of the last days."""
    weekly: Count
    """Of the last weeks."""
    monthly: Count
    """Of the last months."""
    yearly: Count
    """Of the last years."""


class VolumeBackups(Model):
    """Where backups of volumes go, and how many stay."""

    bucket: Annotated[str, pydantic.StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{1,62}$")]
    """The bucket."""
    region: Annotated[str, pydantic.StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    """Where it lies."""
    endpoint: Annotated[str, pydantic.StringConstraints(pattern=r"^https://[^\s'\"{}]+$")]
    """Address that answers to S3's words."""
    key: Annotated[str, pydantic.StringConstraints(pattern=r"^kvv1(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$")]
    """Where Vault has the key to it."""
    tiers: Tiers
    """How many are kept."""
    snapshots: Annotated[int, pydantic.Field(ge=2, le=100)]
    """Snapshots of each volume that stay on the disks, whoever made them."""


def render_volume_backups(backups: VolumeBackups, given: Given) -> list[KubernetesObject]:
    """Return who reads the key, the key, the target, and a job for each tier."""
    del given
    return [
        kubernetes_object("ServiceAccount", version="v1", name=NAME, namespace=NAMESPACE),
        kubernetes_object("VaultAuth", version=OPERATOR, name=NAME, namespace=NAMESPACE, spec=_login()),
        kubernetes_object("VaultStaticSecret", version=OPERATOR, name=NAME, namespace=NAMESPACE, spec=_key(backups)),
        kubernetes_object("BackupTarget", version=LONGHORN, name=TARGET, namespace=NAMESPACE, spec=_target(backups)),
        *_jobs(backups),
    ]


def _login() -> Json:
    return {
        "vaultConnectionRef": f"{VAULT_NAMESPACE}/{CONNECTION}",
        "method": "kubernetes",
        "mount": "kubernetes",
        "kubernetes": {"role": NAME, "serviceAccount": NAME, "audiences": [AUDIENCE]},
    }


def _key(backups: VolumeBackups) -> Json:
    mount, _, path = backups.key.partition("/")
    texts = {key: f'{{{{- get .Secrets "{field}" -}}}}' for key, field in FIELDS.items()}
    templates: Json = {key: {"text": text} for key, text in {**texts, "AWS_ENDPOINTS": backups.endpoint}.items()}
    return {
        "vaultAuthRef": NAME,
        "mount": mount,
        "type": "kv-v1",
        "path": path,
        "refreshAfter": RENEWED,
        "destination": {
            "name": NAME,
            "create": True,
            # What Longhorn does not read stays in Vault.
            "transformation": {"excludeRaw": True, "excludes": [".*"], "templates": templates},
        },
    }


def _target(backups: VolumeBackups) -> Json:
    return {
        "backupTargetURL": f"s3://{backups.bucket}@{backups.region}/",
        "credentialSecret": NAME,
        # As Longhorn writes it back: another spelling of the same would be a difference for ever.
        "pollInterval": "5m0s",
    }


def _jobs(backups: VolumeBackups) -> Iterator[KubernetesObject]:
    kept: Mapping[str, int] = backups.tiers.model_dump()
    for tier, time in TIMES.items():
        # A job that is no longer declared would go on; one for no volumes does nothing. Longhorn keeps one at least.
        yield _job(f"backup-{tier}", task="backup", cron=time, retain=max(kept[tier], 1), used=kept[tier] > 0)
    # Each job leaves its last snapshot on the disks, the yearly one for a year, with all that was changed since.
    yield _job("snapshots", task="snapshot-delete", cron=SNAPSHOTS_TIME, retain=backups.snapshots, used=True)


def _job(name: str, *, task: str, cron: str, retain: int, used: bool) -> KubernetesObject:
    spec: Json = {
        "name": name,
        "task": task,
        "cron": cron,
        "groups": [EVERY_VOLUME] if used else [],
        "retain": retain,
        # One volume after the other: the machines are small, and so is the way out.
        "concurrency": 1,
    }
    return kubernetes_object("RecurringJob", version=LONGHORN, name=name, namespace=NAMESPACE, spec=spec)
