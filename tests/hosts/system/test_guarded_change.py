"""The dead man's switch: an operator who locked himself out is let in again by the host itself."""

import shlex
from collections.abc import Iterator

import pytest

from hosts.operations.guard_scripts import ARM
from hosts.operations.guarded_change import guarded_change
from hosts.worker.errors import WorkerError
from tests.hosts.system.tried_machine import TriedMachine

pytestmark = pytest.mark.slow

FILE = "/etc/ssh/sshd_config.d/00-a-tried.conf"
"""Read before all others: the first value counts."""
KEPT = "ClientAliveInterval 120\n"
TIMERS = "systemctl list-timers --all --no-legend 'factory-guard-tried*'"
SWITCH = f"{TIMERS}; ls -d /var/lib/factory/guard/tried 2>/dev/null || true"
"""What there is of this guard: another one's last decision may still be there."""


def change(text: str, *, confirm: str = "true", seconds: int = 5) -> None:
    """Declare a change to the SSH server."""
    guarded_change(
        name="Change the SSH server",
        guard="tried",
        files={FILE: text},
        validate="sshd -t",
        reload="systemctl reload ssh.service",
        confirm=confirm,
        seconds=seconds,
    )


@pytest.fixture
def changed(host: TriedMachine) -> Iterator[TriedMachine]:
    """Give a machine with a change that was confirmed, and take it away again."""
    host.done(lambda: change(KEPT, seconds=30))
    yield host
    host.run(f"rm -f {FILE}; systemctl reload ssh.service")
    host.machine.wait()


def test_confirmed_change_stays(changed: TriedMachine) -> None:
    """After a new connection confirmed, the switch is gone, the change counts, and there is nothing to do."""
    assert changed.run(SWITCH) == ""
    assert "clientaliveinterval 120" in changed.run("sshd -T")
    assert changed.asked(lambda: change(KEPT)).pending == ()
    assert changed.run("ls /etc/systemd/system | grep -c factory-guard-tried || true").strip() == "0"


@pytest.mark.parametrize("locked_out", ["DenyUsers pi\n", "Port 2222\n"], ids=["user", "port"])
def test_locked_out_operator_is_let_in_again(changed: TriedMachine, locked_out: str) -> None:
    """A change that lets nobody in is taken back by the host; the step fails and says what was rolled back."""
    with pytest.raises(WorkerError) as failed:
        changed.done(lambda: change(locked_out))

    said = str(failed.value)
    assert "no new connection confirmed the change within 5 s\n" in said
    assert f"rolled back:\n{FILE}\n" in said
    assert changed.run(f"cat {FILE}") == KEPT
    assert "clientaliveinterval 120" in changed.run("sshd -T")
    assert changed.asked(lambda: change(KEPT)).pending == ()


def test_change_that_the_program_refuses_is_never_reloaded(changed: TriedMachine) -> None:
    """What does not pass its own program's check is taken back at once, with what the program said."""
    with pytest.raises(WorkerError, match="Bad configuration option: Nonsense") as failed:
        changed.done(lambda: change("Nonsense yes\n", seconds=30))

    assert f"refused, and rolled back:\n{FILE}" in str(failed.value)
    changed.machine.wait()  # a server that reloads listens again after a moment
    assert changed.run(f"cat {FILE}") == KEPT
    assert "factory-guard" not in changed.run("systemctl list-timers --all --no-legend 'factory-guard-*'")


def test_new_file_is_taken_away_again(host: TriedMachine) -> None:
    """Where there was no file before, there is none after the roll-back."""
    host.run(f"rm -f {FILE}")

    with pytest.raises(WorkerError, match="rolled back"):
        host.done(lambda: change(KEPT, confirm="false"))

    assert host.run(f"ls {FILE} 2>/dev/null || true") == ""


def test_switch_survives_a_power_cut(changed: TriedMachine) -> None:
    """A change that nobody confirmed before the power went is taken back at the next boot; until then it is pending."""
    changed.run(
        f"sh -c {shlex.quote(ARM)} guard tried 600 'systemctl reload ssh.service' {FILE}\n"
        f"echo DenyUsers pi > {FILE}; sync"
    )
    assert changed.asked(lambda: change("DenyUsers pi\n")).pending == ("Change the SSH server",)

    changed.machine.kill()
    changed.machine.start()

    assert changed.run(f"cat {FILE}") == KEPT
    assert changed.asked(lambda: change(KEPT)).pending == ()


def test_change_of_a_run_that_ended_is_taken_back_before_the_next(changed: TriedMachine) -> None:
    """What an interrupted run left unconfirmed does not become the state that a roll-back leads to."""
    changed.run(
        f"sh -c {shlex.quote(ARM)} guard tried 600 'systemctl reload ssh.service' {FILE}\necho DenyUsers pi > {FILE}"
    )

    with pytest.raises(WorkerError, match="rolled back"):
        changed.done(lambda: change("# refused\n", confirm="false"))

    assert changed.run(f"cat {FILE}") == KEPT
