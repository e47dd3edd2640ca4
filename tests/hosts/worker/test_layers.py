"""Layers on real machines: asked, applied, drifted, gone wrong."""

import pytest

from rehearsal.machines.machines import Machines
from tests.hosts.demo_layers import FOLDER, NOTE, RESTARTS, SECRET
from tests.hosts.worker.process import WorkerProcess, address_of, work

PENDING = ["Place the note", "Place the secret", "Restart what reads the note"]


@pytest.fixture(autouse=True)
def bare(lab: Machines) -> None:
    """Take away what an earlier test put on the machines."""
    for machine in lab:
        machine.run(f"sudo rm -rf {FOLDER}")


def test_asked_applied_asked(lab: Machines) -> None:
    """Asking changes nothing and names each operation; applying leaves nothing to do; what it gives comes along."""
    machine = address_of(lab["pi1"])
    with WorkerProcess(lab) as worker:
        asked = worker.ask(work("read", machine))
        assert asked["pending"] == PENDING
        assert asked["gives"] == asked["secrets"] == {}
        assert lab["pi1"].run(f"ls {FOLDER}", check=False).returncode != 0
        applied = worker.ask(work("apply", machine))
        again = worker.ask(work("read", machine))
    assert (applied["done"], applied["pending"]) == (PENDING, [])
    assert again == {
        "pending": [], "differences": {}, "gives": {"note": "hello"}, "secrets": {"reversed": "olleh"}, "done": [],
    }  # fmt: skip
    found = lab["pi1"].run(f"sudo stat -c '%a %U' {NOTE} {SECRET}; sudo cat {SECRET}").stdout
    assert found == "644 root\n600 root\nword-of-the-demo"


def test_second_apply_runs_nothing(lab: Machines) -> None:
    """An apply with nothing to do executes no operation, not even the one that a change would trigger."""
    machine = address_of(lab["pi1"])
    with WorkerProcess(lab) as worker:
        worker.ask(work("apply", machine))
        worker.told.clear()
        assert worker.ask(work("apply", machine))["done"] == []
    assert worker.told == ["asking"]
    assert lab["pi1"].run(f"wc -l < {RESTARTS}").stdout == "1\n"


def test_order_of_keys_means_nothing(lab: Machines) -> None:
    """The same mapping in another order makes the same file: the engines' protocol keeps no order."""
    machine = address_of(lab["pi1"])
    one = {"text": "names", "names": {"b": "2", "a": "1", "c": "3"}}
    other = {"names": {"c": "3", "b": "2", "a": "1"}, "text": "names"}
    with WorkerProcess(lab) as worker:
        assert worker.ask(work("apply", machine, settings=one))["done"]
        assert worker.ask(work("read", machine, settings=other))["pending"] == []
    assert lab["pi1"].run(f"cat {NOTE}").stdout == "names\na 1\nb 2\nc 3\n"


def test_drift_is_named_with_its_difference(lab: Machines) -> None:
    """A file changed by hand is found with its difference, with what follows from it; a secret is not shown."""
    machine = address_of(lab["pi1"])
    with WorkerProcess(lab) as worker:
        worker.ask(work("apply", machine))
        lab["pi1"].run(f"echo other | sudo tee {NOTE} {SECRET}")
        asked = worker.ask(work("read", machine))
        assert asked["pending"] == PENDING
        assert asked["differences"] == {
            NOTE: f"--- {NOTE}\n+++ {NOTE}\n@@ -1 +1 @@\n-other\n+hello",
            SECRET: f"{SECRET}: changed, content not shown",
        }
        lab["pi1"].run(f"echo hello | sudo tee {NOTE}")
        assert worker.ask(work("apply", machine))["done"] == ["Place the secret"]


def test_machines_side_by_side(lab: Machines) -> None:
    """Three machines work at the same time over one worker, each layer of one machine in order."""
    with WorkerProcess(lab) as worker:
        sent = [worker.send(work("apply", address_of(machine), "slow")) for machine in lab]
        errors = [worker.answer(number)["error"] for number in sent]
    assert all("Take a second, 1" in error for error in errors), "an operation that always changes never converges"
    first = worker.told.index("2/3 Take a second, 2")
    assert worker.told[:first].count("1/3 Take a second, 1") == 3


def test_still_pending_after_apply_fails(lab: Machines) -> None:
    """A layer that is not as declared after its apply fails, and the operation is named."""
    with WorkerProcess(lab) as worker:
        error = worker.refused(work("apply", address_of(lab["pi2"]), "stubborn"))
    assert error == (
        f"pi2 ({lab['pi2'].address}), layer stubborn: applied, and still it would change: Change something every time"
    )


def test_failing_operation_is_named_with_its_reason(lab: Machines) -> None:
    """The error says what failed, what it said without the secret, what was done before; the rest is not run."""
    with WorkerProcess(lab) as worker:
        error = worker.refused(work("apply", address_of(lab["pi2"]), "failing"))
    assert error.splitlines()[0] == (
        f"pi2 ({lab['pi2'].address}), layer failing: “Say the secret and fail” failed; done before: Place a file first"
    )
    assert "[secret] is wrong" in error
    assert "word-of-the-demo" not in error
    assert lab["pi2"].run(f"ls {FOLDER}").stdout == "first\n"


def test_what_cannot_be_asked_is_an_error(lab: Machines) -> None:
    """A question without an answer is an error with its reason, never an empty list."""
    with WorkerProcess(lab) as worker:
        error = worker.refused(work("read", address_of(lab["pi2"]), "unanswered"))
        broken = worker.refused(work("read", address_of(lab["pi2"]), "broken"))
    assert error.endswith("layer unanswered: /etc/ssh: expected a file or nothing, found a directory")
    assert broken.endswith("layer broken: cannot use [secret]")


def test_cancel_stops_after_the_running_operation(lab: Machines) -> None:
    """A cancelled apply ends the operation under way, runs no other, and says what was done."""
    with WorkerProcess(lab) as worker:
        number = worker.send(work("apply", address_of(lab["pi3"]), "slow"))
        while worker.receive().get("tell") != "1/3 Take a second, 1":
            pass
        worker.ask({"do": "cancel"})
        message = worker.answer(number)
    assert message["kind"] == "CancelledError"
    assert message["error"].endswith("stopped before “Take a second, 2”; done before: Take a second, 1")
    assert lab["pi3"].run(f"ls {FOLDER}").stdout == "1\n"


def test_end_of_input_stops_like_a_cancel(lab: Machines) -> None:
    """A worker whose starter is gone ends after the operation under way."""
    worker = WorkerProcess(lab)
    worker.send(work("apply", address_of(lab["pi3"]), "slow"))
    while worker.receive().get("tell") != "1/3 Take a second, 1":
        pass
    assert worker.end() == 0
    assert lab["pi3"].run(f"ls {FOLDER}").stdout == "1\n"


def test_remove(lab: Machines) -> None:
    """A layer that knows how is taken away; another one leaves the machine alone, without even a connection."""
    machine = address_of(lab["pi1"])
    with WorkerProcess(lab) as worker:
        worker.ask(work("apply", machine))
        assert worker.ask(work("remove", machine))["done"] == ["Remove the folder"]
        assert worker.ask(work("remove", {**machine, "address": "10.77.0.9"}, "slow")) == {}
    assert lab["pi1"].run(f"ls {FOLDER}", check=False).returncode != 0
