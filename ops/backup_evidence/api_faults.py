"""Objects that were kept, looked at by the API of the cluster that they would be put back into."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import JsonValue

TRIED = (
    "k3s kubectl apply --server-side --dry-run=server --validate=strict --force-conflicts "
    "--field-manager=factory-backup-check --request-timeout=60s --output=name -f -"
)
"""Definitions, admission and rights are those of a real change; nothing is kept."""
_FIRST = 5
_KEPT = ("name", "namespace", "labels", "annotations", "finalizers")


def api_faults(file: Path, *, api: Callable[[str], tuple[int, str]]) -> Iterator[str]:
    """Yield what the API would not take of *file*."""
    items = json.loads(file.read_text(encoding="utf-8"))["items"]
    if not items:
        return
    document = {"apiVersion": "v1", "kind": "List", "items": [_as_new(each) for each in items]}
    code, said = api(json.dumps(document))
    if code == 0:
        return
    lines = [line for line in said.splitlines() if line.strip() and not line.endswith("(server dry run)")]
    told = [line for line in lines if "rror" in line or "refused" in line] or lines
    yield from (f"the API of the cluster says: {line[:300]}" for line in told[:_FIRST])
    if len(told) > _FIRST or not told:
        yield f"the API of the cluster refuses, exit code {code}, {max(len(told) - _FIRST, 0)} more lines"


def _as_new(document: dict[str, JsonValue]) -> JsonValue:
    """Return it without what one API server gave it, and without owners that are no more."""
    found = document["metadata"]
    known = found if isinstance(found, dict) else {}
    metadata = {key: known[key] for key in _KEPT if key in known}
    return {**{key: value for key, value in document.items() if key != "status"}, "metadata": metadata}
