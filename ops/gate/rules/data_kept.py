"""Rule: what holds data is deleted or replaced only with a waiver."""

from collections.abc import Collection, Iterator, Sequence

from ops.gate.finding import GateFinding
from ops.gate.plan import PlannedStep

DESTROYING = frozenset(
    {
        "delete", "delete-replaced", "replace", "create-replacement", "discard", "discard-replaced",
        "remove-pending-replace",
    }
)  # fmt: skip
DATA = (
    "postgresql:index/database:", "postgresql:index/role:", "cloudflare:index/r2Bucket:", "gcp:storage/bucket:",
    "vault:index/mount:", "factory:vault:KvSecret", "factory:hosts:", "random:",
)  # fmt: skip
"""Types, by their beginning, whose objects cannot be made again with what they held."""


def data_kept(steps: Sequence[PlannedStep], *, allowed: Collection[tuple[str, str]]) -> Iterator[GateFinding]:
    """Yield each step that ends something protected or data-bearing, unless it is *allowed* by type and name."""
    for step in steps:
        if step.op not in DESTROYING or (step.type, step.name) in allowed:
            continue
        if step.protect or bears_data(step):
            yield GateFinding(
                urn=step.urn,
                message=f"{step.op} ends what holds data. If it is meant, a reviewer who may writes this line in the "
                f"review: gate: allow {step.type} {step.name}",
            )


def bears_data(step: PlannedStep) -> bool:
    """Tell whether the object of *step* holds what cannot be made again."""
    return step.type.startswith(DATA)
