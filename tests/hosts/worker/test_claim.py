"""One run at a time changes a machine."""

import threading
import time

from hosts.worker.session import Session
from rehearsal.machines.machines import Machines
from tests.hosts.worker.process import WorkerProcess, address_of, work


def test_second_session_waits(lab: Machines) -> None:
    """A session cannot claim what another one holds; it can when that one ends, and commands do not keep the claim."""
    with lab.inside():
        command = lab["pi1"].ssh.command("pi", "exec sudo sh")
        first, second = Session(command), Session(command)
        assert first.claim(seconds=30)
        assert not second.claim(seconds=1)
        left = first.run("sleep 300 & echo $!").out.decode().strip()
        first.close()
        assert second.claim(seconds=30)
        assert second.run(f"kill {left}").code == 0, "what the first left runs still"
        assert second.run("echo still here").out == b"still here\n"
        second.close()


def test_apply_waits_for_another_run_and_read_does_not(lab: Machines) -> None:
    """While a run changes a machine, another one may ask it; its apply begins when the first has ended."""
    pi1 = address_of(lab["pi1"])
    with WorkerProcess(lab) as first:
        first.send(work("apply", pi1, "slow"))
        while not first.receive().get("tell", "").startswith("1/3"):
            pass
        with WorkerProcess(lab) as second:
            assert second.ask(work("read", pi1))["pending"]
            waiting = second.send(work("apply", pi1))
            ender = threading.Timer(0.5, first.end)
            ender.start()
            started = time.monotonic()
            assert second.answer(waiting)["answer"]["done"]
            assert time.monotonic() - started < 30
            ender.join()
