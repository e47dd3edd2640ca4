"""Twenty steps on machines of the rehearsal, by our worker, by pyinfra and by Ansible: `python -m bench.hosts`.

Each round makes the machines bare, then each tool in turn runs twice: the first run, and one with nothing to do.
Programs and packages are fetched once before, so that no figure holds a download. Root is needed.
"""

import argparse
import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.machine_steps import steps
from bench.machine_steps.layer import LAYER
from bench.machine_steps.playbook import playbook
from provider.hosts.worker_process import WorkerProcess
from rehearsal.machines.machine import Machine
from rehearsal.machines.machines import Machines

ROOT = Path(__file__).resolve().parent.parent
ANSIBLE = "ansible-core==2.19.14"
WORKER = (sys.executable, "-m", "bench.machine_steps.worker")
UVX = str(Path(sys.executable).with_name("uvx"))
NAMES = ("pi1", "pi2", "pi3")

Tool = Callable[[Machines, Path], None]


def main(arguments: Sequence[str]) -> None:
    """Measure and print tables in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m bench.hosts", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="the medians count")
    parser.add_argument(
        "--many", type=int, default=12, metavar="N", help="machines of the second table; 0 leaves it out"
    )
    given = parser.parse_args(arguments)
    _say(f"{datetime.now(UTC):%Y-%m-%d}, {steps.NUMBER} steps, {given.rounds} rounds, {ANSIBLE} with pipelining\n")
    with tempfile.TemporaryDirectory(prefix="factory-bench-") as folder:
        Path(folder).chmod(0o711)
        _compare(Path(folder), rounds=given.rounds)
        if given.many:
            _many(Path(folder), number=given.many, rounds=given.rounds)


def _compare(folder: Path, *, rounds: int) -> None:
    tools: Mapping[str, Tool] = {"our worker": _ours, "pyinfra": _pyinfra, "Ansible": _ansible}
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in tools}
    # Inside the machines' network there is no other: what Ansible consists of is fetched before.
    _run([UVX, "--from", ANSIBLE, "ansible-playbook", "--version"], folder)
    with Machines(folder / "three", names=NAMES, disk_mib=256) as lab:
        for number in range(rounds + 1):
            for name, tool in tools.items():
                _make_bare(lab)
                figures = (_seconds(tool, lab, folder), _seconds(tool, lab, folder))
                # The first round fetches packages and programs, and counts for nothing.
                seen[name] += [figures] if number else []
    first, quiet = ({name: statistics.median(run[at] for run in runs) for name, runs in seen.items()} for at in (0, 1))
    _say("| tool | first run | of Ansible's | nothing to do | of Ansible's |\n| --- | --- | --- | --- | --- |")
    for name in tools:
        parts = [f"{run[name]:.1f} s | {run[name] / run['Ansible']:.2f}" for run in (first, quiet)]
        _say(f"| {name} | {' | '.join(parts)} |")


def _many(folder: Path, *, number: int, rounds: int) -> None:
    _say("\n| machines | first run | nothing to do | memory of the worker |\n| --- | --- | --- | --- |")
    for names in (NAMES, tuple(f"pi{index}" for index in range(1, number + 1))):
        with Machines(folder / f"many{len(names)}", names=names, disk_mib=256) as lab:
            _make_bare(lab)
            first = _seconds(_ours, lab, folder)
            quiet = statistics.median(_seconds(_ours, lab, folder) for _ in range(rounds))
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        _say(f"| {len(names)} | {first:.1f} s | {quiet:.1f} s | at most {peak:.0f} MiB |")


def _make_bare(lab: Machines) -> None:
    for machine in lab:
        machine.reset()
    lab.start()
    for machine in lab:
        machine.run("sudo apt-get update -qq")


def _seconds(tool: Tool, lab: Machines, folder: Path) -> float:
    started = time.monotonic()
    with lab.inside():
        tool(lab, folder)
    return time.monotonic() - started


def _ours(lab: Machines, folder: Path) -> None:
    del folder
    asyncio.run(_apply(lab))


async def _apply(lab: Machines) -> None:
    """Ask first, as a refresh does, and apply where something is pending, as an `up` does."""
    worker = WorkerProcess(WORKER)
    requests = [_request(machine) for machine in lab]
    answers = await asyncio.gather(*(worker.ask({"do": "read", **request}, tell=_nobody) for request in requests))
    waiting = [request for request, answer in zip(requests, answers, strict=True) if answer["pending"]]
    done = await asyncio.gather(*(worker.ask({"do": "apply", **request}, tell=_nobody) for request in waiting))
    await worker.end()
    if any(answer["pending"] for answer in done):
        raise RuntimeError(f"still pending: {[answer['pending'] for answer in done]}")


def _request(machine: Machine) -> Mapping[str, object]:
    connection = {
        "name": machine.name, "address": machine.address, "user": machine.user, "identity": str(machine.key),
        "host_key": machine.host_key,
    }  # fmt: skip
    return {"machine": connection, "layer": LAYER.name, "settings": {}, "given": {}}


def _pyinfra(lab: Machines, folder: Path) -> None:
    inventory = folder / "inventory.py"
    hosts = [
        (machine.address, {"ssh_user": machine.user, "ssh_key": str(machine.key),
                           "ssh_known_hosts_file": str(machine.known_hosts)})
        for machine in lab
    ]  # fmt: skip
    inventory.write_text(f"hosts = {hosts!r}\n")
    program = str(Path(sys.executable).with_name("pyinfra"))
    _run([program, "-y", "--sudo", str(inventory), str(ROOT / "bench/machine_steps/deploy.py")], folder)


def _ansible(lab: Machines, folder: Path) -> None:
    (folder / "playbook.json").write_text(playbook())
    known = "\n".join(machine.known_hosts.read_text().strip() for machine in lab)
    (folder / "known_hosts").write_text(f"{known}\n")
    hosts = {
        machine.name: {"ansible_host": machine.address, "ansible_user": machine.user,
                       "ansible_ssh_private_key_file": str(machine.key)}
        for machine in lab
    }  # fmt: skip
    (folder / "hosts.json").write_text(json.dumps({"all": {"hosts": hosts}}))
    (folder / "ansible.cfg").write_text(
        "[defaults]\nforks = 12\ninterpreter_python = /usr/bin/python3\n[ssh_connection]\npipelining = true\n"
        f"ssh_args = -o ControlMaster=auto -o ControlPersist=60s -o UserKnownHostsFile={folder / 'known_hosts'}\n"
    )
    _run([UVX, "--offline", "--from", ANSIBLE, "ansible-playbook", "-i", "hosts.json", "playbook.json"], folder)


def _run(command: Sequence[str], folder: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ANSIBLE_CONFIG": str(folder / "ansible.cfg")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


def _nobody(text: str) -> None:
    del text


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
