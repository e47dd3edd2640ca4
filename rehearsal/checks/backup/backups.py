"""The backups of the machines, made by their units and proved by the verb that the operator types."""

import concurrent.futures
import dataclasses
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from hosts.backup import places as at
from ops.backup_evidence.evidence import Evidence
from rehearsal.check_list import CheckFailedError
from rehearsal.hosts.bring_up import HostsLab
from rehearsal.lab import expect
from rehearsal.machines.machine import Machine

Named = tuple[str, Callable[[HostsLab], str | None]]

NIGHT = ("04:00", "04:20")
"""From when to when a backup may begin."""
DATABASES = "postgres"
_NEXT = f"systemctl show --property NextElapseUSecRealtime --value {at.TIMER}"
_FLIP = (
    "set -eu; file=$(find {folder} -type f -printf '%s %p\\n' | sort -n | tail -n 1 | cut -d' ' -f2); "
    "cp -p $file /root/kept; at=$(($(stat -c %s $file) / 2)); byte=$(od -An -tu1 -j $at -N 1 $file); "
    'printf "\\\\$(printf %03o $((byte ^ 1)))" | dd of=$file bs=1 seek=$at conv=notrunc status=none; echo $file'
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Report:
    """What the verb says."""

    code: int
    """Its exit code."""
    sources: Sequence[Evidence]
    uncovered: Sequence[str]
    said: str
    """Its other words."""

    @property
    def faults(self) -> Sequence[str]:
        """What is not proved, and what is in no backup."""
        return [*(f"{each.name}: {text}" for each in self.sources for text in each.faults), *self.uncovered]


def backup_checks() -> Iterator[Named]:
    """Return the checks by name."""
    yield "backup: due on every machine between 04:00 and 04:20", check_due
    yield "backup: the unit of every machine backs up", check_units
    yield "backup: the states of the stacks are kept by the operator", check_states
    yield "backup: all that is kept is restored and found the same, nothing is uncovered", check_proof
    yield "backup: one flipped byte in a repository is refused and named", check_flipped


def check_due(lab: HostsLab) -> str:
    """Prove that systemd will start it in the night."""
    found = []
    for machine in lab.machines:
        said = machine.run(_NEXT).stdout.strip()
        clock = next((word[:5] for word in said.split() if word.count(":") > 1), "")
        expect(NIGHT[0] <= clock <= NIGHT[1], f"{machine.name}: expected it due in the night, systemd says {said!r}")
        found.append(f"{machine.name} {clock}")
    return ", ".join(found)


def check_units(lab: HostsLab) -> str:
    """Run each unit once, side by side, as the timers would."""
    begun = time.monotonic()
    machines = [*lab.machines]
    with concurrent.futures.ThreadPoolExecutor(len(machines)) as beside:
        said = "\n".join(filter(None, beside.map(_backed_up, machines)))
    expect(not said, f"expected every unit to succeed, found:\n{said}")
    return f"{time.monotonic() - begun:.1f} s"


def check_states(lab: HostsLab) -> None:
    """Keep them by the real verb."""
    done = typed(lab, "backup", "states")
    expect(done.returncode == 0, f"expected the states kept, found: {done.stderr[-500:]}")


def check_proof(lab: HostsLab) -> str:
    """Prove every source by the real verb, every byte of it."""
    found = proof(lab)
    shown = "\n".join([*found.faults, found.said])
    expect(
        found.code == 0 and not found.faults, f"expected every source proved, found exit code {found.code}:\n{shown}"
    )
    expect(found.sources, "expected sources, found none")
    return ", ".join(f"{each.name} {each.size:,}" for each in found.sources) + " bytes"


def check_flipped(lab: HostsLab) -> str:
    """Prove that one wrong byte of one repository is refused, with the exit code that says so."""
    keeper = lab.machines[lab.settings.roles.keeper or ""]
    host = lab.settings.roles.foundations
    folder = f"{lab.settings.data}/backups/{host}/data"
    file = Path(keeper.run("sudo bash -s", given=_FLIP.format(folder=folder)).stdout.strip())
    try:
        found = proof(lab, f"{host}/{DATABASES}")
    finally:
        keeper.run(f"sudo mv /root/kept {file}")
    damage = next((fault for fault in found.faults if ": damaged: " in fault), "")
    expect(
        found.code == 1 and damage, f"expected it refused, found exit code {found.code}: {found.faults} {found.said}"
    )
    expect(file.name[:8] in damage, f"expected {file.name[:8]} named, found {damage}")
    return damage.splitlines()[0]


def proof(lab: HostsLab, *sources: str) -> Report:
    """Return what `./factory backup check` says of *sources*, of all without one."""
    done = typed(lab, "backup", "check", *sources, "--json")
    try:
        said = json.loads(done.stdout)
    except ValueError:
        raise CheckFailedError(
            f"expected a document, found exit code {done.returncode} and: {done.stdout[-500:]}{done.stderr[-500:]}"
        ) from None
    return Report(
        code=done.returncode,
        sources=[Evidence(**each) for each in said["sources"]],
        uncovered=said["uncovered"],
        said=done.stderr,
    )


def passwords(lab: HostsLab) -> Path:
    """Keep what the stack generated, by the verb that does it in production."""
    file = lab.folder / "operator" / "hosts-secrets.json"
    if not file.exists():
        done = _run(lab, ["hosts", "passwords", "--secrets", str(file)], given=lab.stack.export())
        expect(done.returncode == 0, f"expected the passwords kept, found: {done.stderr[-500:]}")
    return file


def typed(lab: HostsLab, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a verb of backups as the operator does, with *words*; whether it succeeded is the caller's to judge."""
    return _run(lab, [*words, "--cwd", str(lab.stack.folder), "--secrets", str(passwords(lab))])


def _backed_up(machine: Machine) -> str:
    if machine.run(f"sudo systemctl start {at.SERVICE}", check=False).returncode == 0:
        return ""
    lines = machine.run(f"sudo journalctl --no-pager --output cat --lines 15 --unit {at.SERVICE}", check=False).stdout
    return f"{machine.name}: {lines}"


def _run(lab: HostsLab, words: Sequence[str], *, given: str = "") -> "subprocess.CompletedProcess[str]":
    environment: Mapping[str, str] = {**os.environ, **lab.stack.environment()}
    command = [sys.executable, "-P", "-m", "ops", *words]
    return subprocess.run(
        command, env=environment, cwd=lab.stack.folder, input=given, capture_output=True, text=True, check=False
    )
