"""An upgrade of the cluster that the operator interrupts in every step."""

import time

from ops.official.event_log import Document
from rehearsal.checks.cluster.upgrade_steps import (
    declare_k3s,
    declared_version,
    given_versions,
    upgrade_steps,
    watched_upgrade,
)
from rehearsal.checks.hosts.runs import check_second_run
from rehearsal.hosts.bring_up import HostsLab
from rehearsal.lab import expect, expect_success
from rehearsal.passing import Passing


def check_interrupted(lab: HostsLab) -> str:
    """Prove that what was done stays, that nothing that comes later was begun, and that the next run goes on there."""
    declare_k3s(lab, **lab.later_k3s[0])
    wanted, steps = declared_version(lab), upgrade_steps(lab)
    begun = time.monotonic()
    with watched_upgrade(lab) as watch:
        for number, step in enumerate(steps):
            document = _interrupted_in(lab, step)
            expect(document.result == "failed", f"{step}: expected an interrupted run to fail, it {document.result}")
            done = {name for name, version in given_versions(lab).items() if version == wanted}
            # The step that was under way may have ended before the run did.
            expected = (set(steps[:number]), set(steps[: number + 1]))
            expect(
                done in expected, f"interrupted in {step}: expected {sorted(expected[0])} done, found {sorted(done)}"
            )
        expect_success(lab.stack.run("up"))
    check_second_run(lab)
    return f"{len(steps)} interruptions, {time.monotonic() - begun:.0f} s, {len(watch.seen)} observations"


def _interrupted_in(lab: HostsLab, step: str) -> Document:
    """Run `up` and interrupt it as soon as *step* is under way."""
    reached = False

    def watch(passing: Passing) -> None:
        nonlocal reached
        if passing.severity == "progress" and passing.name == step and not reached:
            reached = True
            lab.stack.interrupt()

    document = lab.stack.run("up", watch=watch)
    expect(reached, f"expected a run that comes to {step}, it {document.result} without")
    return document
