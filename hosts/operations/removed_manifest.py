"""Operation: the objects of a manifest taken out of the cluster, then the file."""

import json
from collections.abc import Generator, Sequence

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.operation import operation

from hosts.cluster.kubernetes_object import KubernetesObject
from hosts.cluster.without_data import without_data
from hosts.operations.applied_manifest import manifest_file


@operation()
def removed_manifest(*, thing: str, objects: Sequence[KubernetesObject]) -> Generator[StringCommand, None, None]:
    """Delete the objects through the API, for k3s does not when the file goes; what holds data stays.

    + thing: what the manifest gave the cluster
    + objects: what stood in it
    """
    path = manifest_file(thing)
    deleted = [dict(one) for one in without_data(objects)]
    listed = json.dumps({"apiVersion": "v1", "kind": "List", "items": deleted})
    # The file goes last: a removal that was cut short is begun again. A kind that is gone has no objects.
    yield StringCommand(
        *("k3s kubectl delete --ignore-not-found --wait=true --timeout=300s --filename - && rm -f --",),
        QuoteString(path),
        _stdin=listed,
    )
