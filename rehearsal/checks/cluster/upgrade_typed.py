"""An upgrade of the cluster by nothing but the commands of its page."""

import time
from pathlib import Path

from ops.runbook.read_page import PAGES, read_page
from rehearsal.checks.cluster.operator_place import operator_place
from rehearsal.checks.cluster.upgrade_steps import declare_k3s, watched_upgrade
from rehearsal.checks.hosts.runs import check_asked_again
from rehearsal.hosts.bring_up import HostsLab
from rehearsal.lab import expect

PAGE = "upgrade-k3s.md"
ASKS_A_PUBLISHER = "./factory pins update"
"""Not typed: no publisher can be asked here. What it would write is declared instead."""
LAST_LINES = 15


def check_typed(lab: HostsLab, *, pages: Path = PAGES) -> str:
    """Type them in their order, while the nodes are watched; each ends well, and nothing differs at the end."""
    commands = [command.text for command in read_page(pages / PAGE)]
    declare_k3s(lab, **lab.later_k3s[1])
    place, phases = operator_place(lab), []
    with watched_upgrade(lab):
        for command in commands:
            if command.startswith(ASKS_A_PUBLISHER):
                continue
            # An engine asks on a terminal alone.
            typed = f"{command} --yes" if command.startswith("./factory up") else command
            begun = time.monotonic()
            done = place.run(place.as_here(typed, {}))
            said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-LAST_LINES:])
            expect(done.returncode == 0, f"`{command}` of {PAGE} ended with {done.returncode}:\n{said}")
            phases.append(f"`{' '.join(command.split()[:4])}` {time.monotonic() - begun:.0f} s")
    expect(phases, f"{PAGE}: expected commands, found none")
    check_asked_again(lab)
    return ", ".join(phases)
