"""Thing: Longhorn, and the volume that backups are written to."""

from typing import Annotated

import pydantic

from hosts.cluster.helm_chart import Chart, helm_chart
from hosts.cluster.kubernetes_object import Json, KubernetesObject, kubernetes_object
from hosts.cluster.namespace import namespace
from hosts.layer import Given
from hosts.model import Model

NAMESPACE = "longhorn-system"
STORAGE_CLASS = "longhorn"
BACKUPS = "backups-rwx"
BACKUPS_NAMESPACE = "tools"
BEFORE_THE_REPAIR = ((1, 11, 4), (1, 12, 1))
"""First version of each line whose signatures Google's storage accepts."""


class Longhorn(Model):
    """Where volumes lie, and how often."""

    chart: Chart
    """Longhorn."""
    folder: Annotated[str, pydantic.StringConstraints(pattern=r"^(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$")]
    """Data folder on each node."""
    replicas: Annotated[int, pydantic.Field(ge=1, le=3)]
    """Copies of each volume."""
    backups_gibibytes: Annotated[int, pydantic.Field(gt=0)] = 50
    """Size of the volume for backups."""

    @pydantic.model_validator(mode="after")
    def _repaired(self) -> "Longhorn":
        if self.chart.version is not None and not _is_repaired(self.chart.version):
            raise ValueError(
                f"chart.version: expected at least 1.11.4 or 1.12.1, found {self.chart.version}: backups to Google's "
                "storage fail with wrong signatures before (longhorn#12676, #13573)"
            )
        return self


def render_longhorn(longhorn: Longhorn, given: Given) -> list[KubernetesObject]:
    """Return the chart and the claim of the volume for backups."""
    del given
    values: Json = {
        "defaultSettings": {
            "defaultDataPath": longhorn.folder,
            "defaultReplicaCount": longhorn.replicas,
            # A volume that nobody uses just now has data as well.
            "allowRecurringJobWhileVolumeDetached": True,
            # Somebody who uninstalls the chart deletes every volume with it, unless this says no.
            "deletingConfirmationFlag": False,
        },
        "persistence": {
            "defaultClass": True,
            "defaultClassReplicaCount": longhorn.replicas,
            # A claim that is deleted by mistake does not take the data along.
            "reclaimPolicy": "Retain",
        },
    }
    claim: Json = {
        "accessModes": ["ReadWriteMany"],
        "storageClassName": STORAGE_CLASS,
        "resources": {"requests": {"storage": f"{longhorn.backups_gibibytes}Gi"}},
    }
    return [
        namespace(NAMESPACE),
        namespace(BACKUPS_NAMESPACE),
        helm_chart("longhorn", chart=longhorn.chart, namespace=NAMESPACE, values=values),
        kubernetes_object("PersistentVolumeClaim", version="v1", name=BACKUPS, namespace=BACKUPS_NAMESPACE, spec=claim),
    ]


def _is_repaired(version: str) -> bool:
    numbers = tuple(int(part) for part in version.removeprefix("v").split("-")[0].split("+")[0].split("."))
    lines: dict[tuple[int, ...], tuple[int, ...]] = {first[:2]: first for first in BEFORE_THE_REPAIR}
    return numbers >= lines.get(numbers[:2], max(BEFORE_THE_REPAIR))
