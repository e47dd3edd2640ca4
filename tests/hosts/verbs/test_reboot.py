"""The verb `./factory hosts reboot`: only who waits for it, one after the other, and back as it was."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.machines.machines import Machines
from tests.hosts.verbs.stack_file import ROOT, stack_file, verb

pytestmark = pytest.mark.slow

BOOT = "cat /proc/sys/kernel/random/boot_id"


@pytest.fixture(scope="module")
def stack(lab: Machines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the layer base to one machine, whose boot flags then wait for a reboot; return the stack's folder."""
    folder = stack_file(lab, tmp_path_factory.mktemp("stack"))
    try:
        applied = verb(lab, folder, "apply", "--host", "pi3", "--layer", "base", "--yes")
        assert applied.returncode == 0, applied.stdout + applied.stderr
        yield folder
    finally:
        lab["pi3"].reset()
        lab["pi3"].start()


def _boot(lab: Machines, name: str) -> str:
    return lab[name].run(BOOT).stdout


def test_another_machine_that_is_away_is_waited_for(lab: Machines, stack: Path) -> None:
    """While another machine cannot be reached nothing is rebooted, and the error names that one."""
    before = _boot(lab, "pi3")
    lab["pi2"].cut()
    try:
        done = verb(lab, stack, "reboot", "pi3", "--yes")
    finally:
        lab["pi2"].heal()

    assert done.returncode == 1
    assert f"pi2 ({lab['pi2'].address}): " in done.stderr
    assert _boot(lab, "pi3") == before


def test_service_that_is_not_up_elsewhere_is_waited_for(lab: Machines, stack: Path) -> None:
    """While Docker does not run on another machine nothing is rebooted, and the error names machine and reason."""
    before = _boot(lab, "pi3")
    unit = "/etc/systemd/system/docker.service"
    made = (
        f"printf '[Service]\\nExecStart=true\\n[Install]\\nWantedBy=basic.target\\n' >{unit}; systemctl enable docker"
    )
    # An earlier test may have left a Docker there that runs; its own unit counts again afterwards.
    stop = "systemctl stop docker.socket docker.service"
    again = "[ ! -e /lib/systemd/system/docker.service ] || systemctl enable --now docker.socket docker.service"
    lab["pi1"].run("sudo sh -s", given=f"{stop} 2>/dev/null; {made} 2>/dev/null")
    try:
        done = verb(lab, stack, "reboot", "pi3", "--yes")
    finally:
        undone = f"systemctl disable docker 2>/dev/null; rm {unit}; systemctl daemon-reload; {again} 2>/dev/null"
        lab["pi1"].run("sudo sh -s", given=undone)

    assert done.returncode == 1
    assert "Expected everything up on pi1 before, found:\nDocker does not run\n" in done.stderr
    assert _boot(lab, "pi3") == before


def test_waiting_machine_is_rebooted_once(lab: Machines, stack: Path) -> None:
    """The machine starts again, waits for no reboot any more, and a second call leaves it alone."""
    before = _boot(lab, "pi3")
    done = verb(lab, stack, "reboot", "pi3", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("pi3: rebooted (boot flags that do not count yet: cgroup_enable=memory")
    assert "all up after" in done.stdout

    after = _boot(lab, "pi3")
    again = verb(lab, stack, "reboot", "pi3", "--yes")
    assert (again.returncode, again.stdout) == (0, "pi3: waits for no reboot\n")
    assert before != after == _boot(lab, "pi3")


def test_asked_for_it_is_done_anyway(lab: Machines, stack: Path) -> None:
    """With `--anyway` a machine is rebooted that waits for nothing."""
    before = _boot(lab, "pi3")
    done = verb(lab, stack, "reboot", "pi3", "--yes", "--anyway")

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("pi3: rebooted (asked for), all up after ")
    assert _boot(lab, "pi3") != before


def test_first_that_cannot_be_rebooted_ends_it(lab: Machines, stack: Path) -> None:
    """A machine whose layer base is not as declared is refused with what helps, and those that follow are not asked."""
    before = _boot(lab, "pi3")
    done = verb(lab, stack, "reboot", "pi1", "pi3", "--yes", "--anyway")

    assert done.returncode == 1
    assert "pi1: expected its layer base as declared before the reboot, found pending: " in done.stderr
    assert "`./factory hosts apply --host pi1 --layer base` puts it right" in done.stderr
    assert "pi3" not in done.stdout
    assert _boot(lab, "pi3") == before


def test_nothing_is_done_unasked(lab: Machines, stack: Path) -> None:
    """Without `--yes` a person is asked, and a no ends it."""
    before = _boot(lab, "pi3")
    done = verb(lab, stack, "reboot", "pi3", given="n\n")

    assert done.returncode == 1
    assert _boot(lab, "pi3") == before


def test_production_is_refused() -> None:
    """The stack file as it is committed is refused unless production is asked for by name."""
    command = [sys.executable, "-P", "-m", "ops", "hosts", "reboot", "pi1", "--yes"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "settings.hosts[0].address: 192.168.1.201 is production" in done.stderr
