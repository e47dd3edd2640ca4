"""What is missing among the objects of a cluster that were kept."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from ops.volume_objects.read_dump import longhorn_objects


def object_faults(file: Path, *, counts: Mapping[str, int]) -> Iterator[str]:
    """Yield what of *file* is not what was counted, and each volume that could not be put back from it."""
    document = json.loads(file.read_text(encoding="utf-8"))
    found = Counter(f"{each['kind']}.{each['apiVersion'].partition('/')[0]}" for each in document["items"])
    for kind in sorted({*counts, *found}):
        if found[kind] != counts.get(kind, 0):
            yield f"{kind}: collected {counts.get(kind, 0)}, found {found[kind]}"
    objects = [*longhorn_objects([document])]
    for volume in (each for each in objects if each.kind == "Volume"):
        own = {each.kind for each in objects if each.volume == volume.name}
        # A volume that is put back alone is given blank replicas.
        for kind in ("Engine", "Replica"):
            if kind not in own:
                yield f"volume {volume.name}: has no {kind}, so it cannot be put back with its data"
