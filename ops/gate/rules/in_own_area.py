"""Rule: a stack changes only what is its own."""

from collections.abc import Iterator, Sequence

from ops.gate.finding import GateFinding
from ops.gate.plan import PlannedStep

EVERYWHERE = ("pulumi:", "random:")
AREAS = {
    "hosts": ("factory:hosts:", "factory:vault:Unsealed"),
    "main": (
        "cloudflare:", "gcp:", "ovh:", "vault:", "factory:cloudflare:", "factory:edge:", "factory:gitea:",
        "factory:google:", "factory:ovh:", "factory:vault:",
    ),
    "postgres": ("postgresql:", "factory:postgres:"),
}  # fmt: skip
"""Stack → beginnings of the types that it may change."""


def in_own_area(stack: str, steps: Sequence[PlannedStep]) -> Iterator[GateFinding]:
    """Yield each step on a type that *stack* has no business with; no waiver helps."""
    area = (*EVERYWHERE, *AREAS.get(stack, ()))
    for step in steps:
        if not step.type.startswith(area):
            yield GateFinding(
                urn=step.urn,
                message=f"the stack {stack} may not touch {step.type}: declare it in the stack that owns it, or widen "
                "the area in ops/gate/rules/in_own_area.py in a pull request of its own",
            )
