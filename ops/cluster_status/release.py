"""What Helm says that it has installed."""

import base64
import gzip
import json
from collections.abc import Mapping

from hosts.model import Model
from ops.cluster_status.asked import Object


class Release(Model):
    """One installed chart."""

    chart: str
    """Name of the chart."""
    version: str
    """Its version."""


def read_release(secret: Object) -> tuple[str, Release]:
    """Return the release's name and what it is, from the Secret in which Helm keeps it."""
    data, metadata = secret["data"], secret["metadata"]
    if not isinstance(data, Mapping) or not isinstance(metadata, Mapping):
        raise TypeError("a release of Helm: expected data and metadata")
    # Kubernetes and Helm have each wrapped it once.
    packed = base64.b64decode(base64.b64decode(str(data["release"])))
    read = json.loads(gzip.decompress(packed))
    chart = read["chart"]["metadata"]
    return str(read["name"]), Release(chart=str(chart["name"]), version=str(chart["version"]))
