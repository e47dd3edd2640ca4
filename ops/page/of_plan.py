"""What the page says of one run of the engine."""

from collections.abc import Iterator

from ops.official.event_log import Document, Step
from ops.page.content import Change, Plan

UNCHANGED = ("same", "read", "refresh")
DANGEROUS = ("delete", "replace", "create-replacement", "delete-replaced", "discard")
STACK = "pulumi:pulumi:Stack"
SIGNS = {"add": "+", "delete": "-"}


def plan_of(document: Document, *, title: str) -> Plan:
    """Return the steps of *document* that change something, what loses an object first."""
    changes = sorted(map(_change, _changing(document)), key=lambda change: not change.dangerous)
    counts = {word: number for word, number in document.counts.items() if word != "same"}
    words = [f"{number} {word}" for word, number in sorted(counts.items())] or ["no changes"]
    unchanged = document.counts.get("same", 0)
    return Plan(
        title=title,
        summary=f"{', '.join(words)}; {unchanged} unchanged; {document.seconds:.1f} s; {document.result}",
        changes=changes,
    )


def _changing(document: Document) -> Iterator[Step]:
    for step in document.steps:
        if step.type != STACK and (step.op not in UNCHANGED or (step.op == "refresh" and step.diff)):
            yield step


def _change(step: Step) -> Change:
    types = step.urn.split("::")[2].split("$")
    details = [
        f"{SIGNS.get(change.kind.removesuffix('-replace'), '~')} {path}"
        + ("  (forces replacement)" if change.kind.endswith("-replace") else "")
        for path, change in step.diff.items()
    ]
    return Change(
        op=step.op,
        type=step.type,
        name=step.urn.rpartition("::")[2],
        path=[kind.rpartition(":")[2] for kind in types[:-1] if kind != STACK],
        dangerous=step.op in DANGEROUS,
        details=details,
    )
