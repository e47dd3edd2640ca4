"""Read what `kubectl get -o json` or `-o yaml` wrote of Longhorn's objects."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml
from pydantic import JsonValue

from ops.volume_objects.longhorn_object import GROUP, KINDS, NAMESPACE, LonghornObject
from ops.volume_objects.refused_dump_error import RefusedDumpError


def read_dump(file: Path) -> Sequence[LonghornObject]:
    """Return the volumes, engines and replicas in *file*; a file without any volume is refused."""
    try:
        # Every JSON text is YAML too.
        documents = [*yaml.safe_load_all(file.read_text(encoding="utf-8"))]
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise RefusedDumpError(f"{file}: expected objects as JSON or YAML: {error}") from error
    found = [*longhorn_objects(documents)]
    if not any(each.kind == "Volume" for each in found):
        raise RefusedDumpError(f"{file}: expected at least one Volume of {GROUP}, found none")
    return found


def longhorn_objects(documents: Sequence[JsonValue]) -> Iterator[LonghornObject]:
    """Yield Longhorn's objects of *documents*, lists opened."""
    for document in documents:
        if not isinstance(document, dict):
            continue
        items = document.get("items")
        if isinstance(items, list):
            yield from longhorn_objects(items)
            continue
        metadata = document.get("metadata")
        kind, version = document.get("kind"), str(document.get("apiVersion", ""))
        if not isinstance(metadata, dict) or kind not in KINDS or not version.startswith(f"{GROUP}/"):
            continue
        if metadata.get("namespace", NAMESPACE) == NAMESPACE:
            yield LonghornObject(kind=str(kind), name=str(metadata.get("name", "")), document=document)
