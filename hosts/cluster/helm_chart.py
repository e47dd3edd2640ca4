"""A chart that k3s installs: its archive as content, its values as text."""

import base64
import hashlib
from typing import Annotated

import pydantic
import yaml

from hosts.cluster.chart_file import chart_file
from hosts.cluster.kubernetes_object import Json, KubernetesObject, kubernetes_object
from hosts.model import Model

Digest = Annotated[str, pydantic.StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Word = Annotated[str, pydantic.StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.+-]*$")]


class Chart(Model):
    """A pinned chart."""

    repository: Annotated[str, pydantic.StringConstraints(pattern=r"^https://[^\s'\"]+$")]
    """Where it comes from."""
    name: Word
    """What its repository calls it."""
    version: Word | None = None
    """Its version; None only in a rehearsal, which has no chart."""
    sha256: Digest | None = None
    """Of its archive; None only in a rehearsal: the object then names the chart and has no content."""


class ChartMissingError(ValueError):
    """The archive of a chart is not here, or is another one."""


def helm_chart(name: str, *, chart: Chart, namespace: str, values: Json) -> KubernetesObject:
    """Return the object that k3s installs *chart* from, as release *name* in *namespace*.

    Raises:
        ChartMissingError: the archive is not where `./factory pins update` puts it, or differs from its pin.

    """
    spec: dict[str, Json] = {
        "targetNamespace": namespace,
        # The default, `reinstall`, uninstalls what could not be upgraded.
        "failurePolicy": "abort",
        "valuesContent": yaml.safe_dump(values, sort_keys=True),
    }
    if chart.sha256 is None:
        spec |= {"repo": chart.repository, "chart": chart.name}
        if chart.version is not None:
            spec["version"] = chart.version
    else:
        spec["chartContent"] = _content(chart, sha256=chart.sha256)
    annotations = {"factory/chart": f"{chart.name} {chart.version or 'open'}"}
    return kubernetes_object(
        "HelmChart", version="helm.cattle.io/v1", name=name, namespace="kube-system",
        annotations=annotations, spec=spec,
    )  # fmt: skip


def _content(chart: Chart, *, sha256: str) -> str:
    file = chart_file(sha256)
    try:
        archive = file.read_bytes()
    except FileNotFoundError as error:
        raise ChartMissingError(
            f"{file}: expected the chart {chart.name} {chart.version}: `./factory pins update` with its pin fetches it"
        ) from error
    if (found := hashlib.sha256(archive).hexdigest()) != sha256:
        raise ChartMissingError(f"{file}: expected the SHA-256 {sha256}, found {found}: delete the file, fetch it anew")
    return base64.b64encode(archive).decode()
