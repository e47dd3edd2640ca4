"""A Helm chart as its repository has it, and the archive kept where the layers read it."""

import hashlib
import urllib.parse

import httpx
import yaml
from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict  # pydantic takes no other before Python 3.12

from hosts.cluster.chart_file import chart_file
from hosts.pin import Chart
from ops.pinning.errors import PinError
from ops.pinning.fetch import fetch


class _Entry(TypedDict):
    """One version of a chart in an index, as far as it is read here."""

    version: str
    digest: str
    urls: list[str]


class _Index(TypedDict):
    """What is read of an `index.yaml`."""

    entries: dict[str, list[_Entry]]


def published_chart(chart: Chart) -> tuple[str, str]:
    """Return version and SHA-256 of the archive, which is kept for the layers; the newest where none is pinned yet.

    Raises:
        PinError: the repository cannot be reached, has no such chart, or hands out another archive than it says.

    """
    base = f"{chart.repository}/"
    entry = _entry(chart, fetch(f"{base}index.yaml"))
    url = urllib.parse.urljoin(base, entry["urls"][0])
    archive = fetch(url).content
    found = hashlib.sha256(archive).hexdigest()
    if found != entry["digest"].removeprefix("sha256:"):
        raise PinError(f"{url}: expected {entry['digest']}, as the index says, found {found}")
    kept = chart_file(found)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(archive)
    return entry["version"], found


def _entry(chart: Chart, response: httpx.Response) -> _Entry:
    try:
        index = TypeAdapter(_Index).validate_python(yaml.load(response.text, Loader=yaml.CSafeLoader))
    except (yaml.YAMLError, ValidationError) as error:
        raise PinError(f"{response.url}: expected the index of a chart repository") from error
    versions = index["entries"].get(chart.name, [])
    # An index is sorted, the newest first; what has a hyphen is no release.
    wanted = [
        one
        for one in versions
        if one["urls"] and (one["version"] == chart.version if chart.version else "-" not in one["version"])
    ]
    if not wanted:
        raise PinError(f"{response.url}: expected {chart.name} {chart.version or ''}, found no such version")
    return wanted[0]
