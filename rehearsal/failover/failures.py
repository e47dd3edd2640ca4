"""What happens to the host that holds the shared address, and the longest gap that each may make."""

import dataclasses
import subprocess
import time
from collections.abc import Callable, Iterator

from rehearsal.failover.name_probe import NameProbe, asking
from rehearsal.lab import expect
from rehearsal.machines.machine import Machine, MachineError
from rehearsal.machines.machines import Machines

LONGEST_GAP = 5.0
LONGEST_RETURN = 1.0
SETTLED_SECONDS = 5.0
PATIENCE = 30.0
CONTAINER = "$(sudo docker ps --all --quiet --filter label=com.docker.compose.service=pihole)"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Resolvers:
    """A lab with two resolvers."""

    machines: Machines
    holder: str
    """Holds the shared address while both answer."""
    other: str
    asker: str
    """Asks; it is neither of the two."""
    name: str
    """What it asks for: a record of the lab."""
    address: str
    """The shared address."""
    patience: float = PATIENCE
    """Seconds after which the shared address no longer moves by itself."""

    def holders(self) -> list[str]:
        """Return who holds the shared address, of those that can be asked."""
        machines = [self.machines[name] for name in (self.holder, self.other)]
        return [machine.name for machine in machines if self._holds(machine)]

    def _holds(self, machine: Machine) -> bool:
        if not machine.running or machine.paused:
            return False
        try:
            found = machine.run(f"ip -oneline address show to {self.address}", check=False, timeout=5)
        except subprocess.TimeoutExpired:
            return False
        return self.address in found.stdout

    def wait_for(self, *expected: str, seconds: float | None = None) -> float:
        """Return after how many seconds the address is held by exactly the *expected*."""
        begun = time.monotonic()
        longest = self.patience if seconds is None else seconds
        while (found := self.holders()) != list(expected):
            if time.monotonic() - begun > longest:
                raise MachineError(
                    f"expected {self.address} on {', '.join(expected)}, found it on {found or 'no host'}"
                )
            time.sleep(0.1)
        return time.monotonic() - begun


@dataclasses.dataclass(frozen=True, kw_only=True)
class Failure:
    """One thing that happens, and how it ends."""

    title: str
    happen: Callable[[Resolvers], object]
    end: Callable[[Resolvers], object]

    def check(self, lab: Resolvers) -> str:
        """Let it happen and end while names are asked for; return the figures."""
        lab.wait_for(lab.holder)
        with asking(lab.machines[lab.asker], lab.name, address=lab.address) as away:
            time.sleep(1)
            self.happen(lab)
            lab.wait_for(lab.other)
            time.sleep(1)
        with asking(lab.machines[lab.asker], lab.name, address=lab.address) as back:
            time.sleep(0.5)
            self.end(lab)
            lab.wait_for(lab.holder)
            time.sleep(1)
        _expect_names(away, longest=LONGEST_GAP, when=self.title)
        _expect_names(back, longest=LONGEST_RETURN, when=f"{self.title}, ended")
        return f"away: {away}; back: {back}"


def _expect_names(probe: NameProbe, *, longest: float, when: str) -> None:
    expect(not probe.failed, f"{when}: expected an answer to every question, {probe.failed} got none")
    for what, found in (("an answer", probe.gap), ("the shared address", probe.address_gap)):
        expect(found <= longest, f"{when}: expected {what} again within {longest:.0f} s, it took {found:.1f} s")


FAILURES = (
    Failure(
        title="cut off",
        happen=lambda lab: lab.machines[lab.holder].cut(),
        end=lambda lab: lab.machines[lab.holder].heal(),
    ),
    Failure(
        title="paused",
        happen=lambda lab: lab.machines[lab.holder].pause(),
        end=lambda lab: lab.machines[lab.holder].resume(),
    ),
    Failure(
        title="killed",
        happen=lambda lab: lab.machines[lab.holder].kill(),
        end=lambda lab: lab.machines[lab.holder].start(),
    ),
    Failure(
        title="its container killed",
        happen=lambda lab: lab.machines[lab.holder].run(f"sudo docker kill {CONTAINER}"),
        end=lambda lab: lab.machines[lab.holder].run(f"sudo docker start {CONTAINER}"),
    ),
)


def check_parted(lab: Resolvers) -> str:
    """Cut the two from each other alone: both may hold the address meanwhile, one does within 5 s of the end."""
    lab.wait_for(lab.holder)
    with asking(lab.machines[lab.asker], lab.name, address=lab.address) as parted:
        lab.machines.part(lab.holder, lab.other)
        lab.wait_for(lab.holder, lab.other)
    with asking(lab.machines[lab.asker], lab.name, address=lab.address) as joined:
        lab.machines.rejoin(lab.holder, lab.other)
        seconds = lab.wait_for(lab.holder, seconds=SETTLED_SECONDS)
        time.sleep(2)
    _expect_names(parted, longest=LONGEST_GAP, when="parted")
    _expect_names(joined, longest=LONGEST_GAP, when="together again")
    return f"one holder after {seconds:.1f} s; parted: {parted}; together: {joined}"


def failover_checks() -> Iterator[tuple[str, Callable[[Resolvers], str]]]:
    """Return the checks by name."""
    for failure in FAILURES:
        yield f"failover: the first resolver {failure.title}", failure.check
    yield "failover: the resolvers parted from each other alone", check_parted
