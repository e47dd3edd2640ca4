"""The machines: the stack `hosts`, and the stack `postgres` on what it made."""

import functools
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from rehearsal.bring_up import STAND_INS, Wishes, choose_engine, find_plugins
from rehearsal.check_list import CheckList
from rehearsal.hosts.bring_up import KIND, bring_up_hosts
from rehearsal.hosts.bring_up import STACK as HOSTS
from rehearsal.hosts.host_parity import host_parity, not_on_machines
from rehearsal.hosts.postgres_there import postgres_there
from rehearsal.hosts.rehearse_hosts import HostsRehearsal
from rehearsal.machines.requirements import MachinesUnavailableError, require_machines
from rehearsal.outcome import Outcome
from rehearsal.show import Show
from rehearsal.stack_files import STACK


def rehearse_machines(folder: Path, wishes: Wishes, show: Show) -> Outcome:
    """Rehearse on machines of its own; where none can run, say why."""
    try:
        require_machines()
    except MachinesUnavailableError as error:
        show.say(f"not rehearsed here: {error}")
        return Outcome(parts=[not_on_machines(str(error))])
    checks = CheckList(show)
    begun = time.monotonic()
    engine, plugins = choose_engine(wishes.engine), find_plugins(STAND_INS, wishes.providers)
    with bring_up_hosts(folder, wishes, engine=engine, plugins=plugins, show=show) as hosts:
        rehearsal = HostsRehearsal(hosts, postgres=functools.partial(postgres_there, hosts, plugins=plugins))
        try:
            essential, following = [*rehearsal.essential()], [*rehearsal.following()]
            show.expect(len(essential) + len(following))
            checks.run_all(essential, following)
            parts = [*host_parity(hosts)]
            layers = _layers(hosts.stack.created(KIND))
        finally:
            rehearsal.close()
    there = {} if rehearsal.postgres_lab is None else {f"{STACK} on machines": rehearsal.postgres_lab.runs}
    seconds = {"machines": time.monotonic() - begun}
    return Outcome(
        checks=checks.results, parts=parts, runs={HOSTS: hosts.runs, **there}, layers=layers, seconds=seconds
    )


def _layers(done: Mapping[str, float]) -> Mapping[str, Sequence[tuple[str, float]]]:
    """Return host → layer and when it was done, of the resources named `host-layer`."""
    layers: dict[str, list[tuple[str, float]]] = {}
    for urn, when in done.items():
        host, _, layer = urn.rpartition("::")[2].partition("-")
        layers.setdefault(host, []).append((layer, when))
    return layers
