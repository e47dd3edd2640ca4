"""Write the objects of volumes so that Longhorn finds its replicas, not blank ones."""

import json
from collections.abc import Sequence

from ops.volume_objects.disk_listing import DiskListing
from ops.volume_objects.kubectl import Kubectl, KubectlError
from ops.volume_objects.longhorn_object import NAMESPACE, LonghornObject
from ops.volume_objects.read_dump import longhorn_objects
from ops.volume_objects.volume_plan import VolumePlan, plan_volumes

_KINDS = "volumes.longhorn.io,engines.longhorn.io,replicas.longhorn.io"


class ManagersRunError(Exception):
    """Longhorn is at work, or guards its objects: it would act on half of them."""


def plan_for(cluster: Kubectl, dump: Sequence[LonghornObject], disks: Sequence[DiskListing]) -> list[VolumePlan]:
    """Return what is to be done; nothing is written."""
    existing = [*longhorn_objects([cluster.get(_KINDS, "--namespace", NAMESPACE)])]
    return plan_volumes(dump, existing, disks)


def require_quiet(cluster: Kubectl) -> None:
    """Refuse while a manager of Longhorn runs or its webhooks are in place."""
    pods = cluster.get("pods", "--namespace", NAMESPACE, "--selector", "app=longhorn-manager").get("items")
    if isinstance(pods, list) and pods:
        raise ManagersRunError(
            f"expected no manager of Longhorn, found {len(pods)}: kubectl --namespace {NAMESPACE} patch daemonset "
            'longhorn-manager --patch \'{"spec": {"template": {"spec": {"nodeSelector": {"factory": "away"}}}}}\''
        )
    for kind in ("validatingwebhookconfigurations", "mutatingwebhookconfigurations"):
        items = cluster.get(kind).get("items")
        names = [_name(each) for each in (items if isinstance(items, list) else [])]
        guarding = [name for name in names if name.startswith("longhorn-webhook")]
        if guarding:
            raise ManagersRunError(
                f"expected no webhook of Longhorn, found {guarding[0]}: nobody answers it while the managers are "
                f"away. They make it anew: kubectl delete {kind} {guarding[0]}"
            )


def write_volume(cluster: Kubectl, plan: VolumePlan) -> None:
    """Create what *plan* says, replicas first, so that a cut leaves no volume without its replicas."""
    for each in plan.create:
        try:
            cluster.run("create", "--validate=strict", "--filename", "-", given=json.dumps(each.anew()))
        except KubectlError as error:
            raise KubectlError(f"{each.title}: {error}") from error


def _name(document: object) -> str:
    metadata = document.get("metadata") if isinstance(document, dict) else None
    return str(metadata.get("name", "")) if isinstance(metadata, dict) else ""
