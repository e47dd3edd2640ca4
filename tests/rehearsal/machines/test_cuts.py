"""Cutting the network."""

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from rehearsal.machines.machine import Machine
from rehearsal.machines.machines import Machines

pytestmark = pytest.mark.slow

COMES_SECONDS = 60.0


@pytest.fixture(autouse=True)
def _healed(lab: Machines) -> Iterator[None]:
    yield
    lab["pi1"].heal()


def _reaches(machine: Machine, address: str) -> bool:
    return machine.run(f"ping -c1 -W1 {address}", check=False).returncode == 0


def _reached(lab: Machines, machine: Machine) -> bool:
    with lab.inside(), contextlib.suppress(OSError), socket.create_connection((machine.address, 22), 1) as there:
        return there.recv(4) == b"SSH-"
    return False


def _comes(reaches: Callable[[], bool]) -> bool:
    """Say whether it is so before long.

    A kernel that asks in vain for a neighbour asks three times, a second apart, and answers "unreachable" to all who
    wait when the third was in vain: a ping that begins meanwhile can fail although the cable is in again.
    """
    deadline = time.monotonic() + COMES_SECONDS
    while not reaches():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def test_a_cut_machine_is_reached_by_nobody(lab: Machines, pi1: Machine) -> None:
    """A pulled cable cuts one machine off at once, and plugged in again brings it back."""
    pi1.cut()
    assert not _reached(lab, pi1)
    assert not _reaches(lab["pi2"], pi1.address)
    assert _comes(partial(_reaches, lab["pi2"], lab["pi3"].address))

    pi1.heal()
    assert _comes(partial(_reached, lab, pi1))
    assert _comes(partial(_reaches, lab["pi2"], pi1.address))


def test_two_machines_are_cut_from_each_other_only(lab: Machines) -> None:
    """Nothing passes between the two, in either direction, while both reach and are reached by all others."""
    pi1, pi2, pi3 = lab
    lab.part("pi1", "pi3")

    assert not _reaches(pi1, pi3.address)
    assert not _reaches(pi3, pi1.address)
    for one, other in ((pi1, pi2), (pi2, pi1), (pi2, pi3), (pi3, pi2)):
        assert _comes(partial(_reaches, one, other.address)), (one.name, other.name)
    for machine in lab:
        assert _comes(partial(_reached, lab, machine)), machine.name
    assert not _reaches(pi1, pi3.address)
    assert not _reaches(pi3, pi1.address)

    lab.rejoin("pi1", "pi3")
    assert _comes(partial(_reaches, pi1, pi3.address))
    assert _comes(partial(_reaches, pi3, pi1.address))
