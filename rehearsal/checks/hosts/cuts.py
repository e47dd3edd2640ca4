"""A machine is lost in the middle of being brought up: the run says so, and the next ones go on to the end."""

import time
from collections.abc import Callable, Iterator, Sequence

from rehearsal.checks.hosts.every_layer import cut_of
from rehearsal.checks.hosts.layer_cut import NETWORK, POWER, LayerCut, lose_inside
from rehearsal.checks.hosts.runs import check_asked_again, check_digests
from rehearsal.hosts.bring_up import HostsLab
from rehearsal.lab import changes, expect, expect_success

LOST = "pi3"
SETTLED_SECONDS = 60
SAMPLE: Sequence[LayerCut] = (cut_of("base", POWER), cut_of("docker", NETWORK), cut_of("dns", POWER))
"""Of all the cuts that `--all-cuts` makes, those of every rehearsal."""


def cut_checks() -> Iterator[tuple[str, Callable[[HostsLab], str | None]]]:
    """Return the checks by name."""
    yield f"hosts: {LOST} as a bare machine again is shown", check_bare
    for cut in SAMPLE:
        yield f"hosts: {cut.title} fails by name", _lost(cut)
    yield f"hosts: the next run brings {LOST} up to the end", check_converged
    yield f"hosts: the repeated bring-up of {LOST} gives the same digests", check_digests


def check_bare(lab: HostsLab) -> None:
    """Take everything from one machine; asking names it and no other."""
    lab.machines[LOST].reset()
    lab.machines[LOST].start()
    deadline = time.monotonic() + SETTLED_SECONDS
    while True:
        document = lab.stack.run("refresh", preview_only=True)
        expect_success(document)
        found = {step.urn.rpartition("::")[2].partition("-")[0] for step in document.steps if step.op == "update"}
        # A machine that was away in the check before may still be starting its services.
        if found == {LOST} or time.monotonic() > deadline:
            break
    expect(found == {LOST}, f"expected only {LOST} to differ, found {sorted(found)}:\n" + "\n".join(changes(document)))


def check_converged(lab: HostsLab) -> None:
    """Bring everything up to the end, and ask all machines."""
    expect_success(lab.stack.run("up", refresh=True))
    check_asked_again(lab)


def _lost(cut: LayerCut) -> Callable[[HostsLab], str]:
    def check(lab: HostsLab) -> str:
        return lose_inside(lab, cut)

    return check
