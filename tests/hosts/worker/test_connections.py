"""How machines are reached, and every way in which they are not."""

import subprocess
import time
from pathlib import Path

import pytest

from rehearsal.machines.machines import Machines
from tests.hosts.demo_layers import FOLDER
from tests.hosts.worker.process import WorkerProcess, address_of, work


def key_pair(folder: Path) -> Path:
    """Make a key that no machine knows."""
    file = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(file)], check=True)  # noqa: S607 - the system's own
    return file


def test_each_cause_is_named(lab: Machines, tmp_path: Path) -> None:
    """Refused, key rejected, key changed, key unknown, no such name: each error has host, address and likely cause."""
    pi1 = address_of(lab["pi1"])
    address = lab["pi1"].address
    cases: dict[str, dict[str, object]] = {
        "the connection was refused": {"port": 1},
        "it takes no key of ours for user pi": {"identity": str(key_pair(tmp_path))},
        "its host key is not the one that is known. Nothing was sent": {"host_key": lab["pi2"].host_key},
        "its host key is not known. `./factory hosts trust name` shows it and asks": {"host_key": None},
        "its name is not known here": {"address": "no-such-name.invalid"},
    }
    with WorkerProcess(lab) as worker:
        for cause, changed in cases.items():
            machine = {**pi1, "name": "name", **changed}
            place = {"port": f"{address}, port 1", "address": "no-such-name.invalid"}.get(next(iter(changed)), address)
            assert worker.refused(work("read", machine)).startswith(f"name ({place}): {cause}")


def test_sudo_with_a_password(lab: Machines) -> None:
    """A user who cannot become root without a password is named as the cause, and nothing waits for a password."""
    pi3 = lab["pi3"]
    pi3.run(
        "sudo useradd -m -s /bin/bash guest && sudo cp -r ~/.ssh /home/guest/ && sudo chown -R guest: /home/guest/.ssh"
    )
    try:
        with WorkerProcess(lab) as worker:
            error = worker.refused(work("read", address_of(pi3, user="guest")))
    finally:
        pi3.run("sudo userdel -r guest 2>/dev/null")
    assert error == (
        f"pi3 ({pi3.address}): sudo wants a password of user guest. Expected sudo without one, for example NOPASSWD in "
        "/etc/sudoers.d"
    )


@pytest.mark.slow
def test_timeouts_are_stated(lab: Machines) -> None:
    """A machine that takes connections and says nothing is given up after the stated time."""
    lab["pi2"].pause()
    try:
        with WorkerProcess(lab) as worker:
            started = time.monotonic()
            error = worker.refused(work("read", address_of(lab["pi2"])))
            first = time.monotonic() - started
            again = worker.refused(work("read", address_of(lab["pi2"])))
            second = time.monotonic() - started - first
    finally:
        lab["pi2"].resume()
    assert error == again
    assert "the connection timed out after 10 s" in error
    assert first >= 10
    assert second < 10, "the second request does not wait again"


@pytest.mark.slow
def test_network_cut_in_the_middle(lab: Machines) -> None:
    """A cable pulled during an operation is an error within the stated time, and the next apply converges."""
    pi2 = lab["pi2"]
    with WorkerProcess(lab) as worker:
        number = worker.send(work("apply", address_of(pi2), "slow"))
        while worker.receive().get("tell") != "1/3 Take a second, 1":
            pass
        pi2.cut()
        started = time.monotonic()
        try:
            message = worker.answer(number)
        finally:
            pi2.heal()
        assert message["kind"] == "UnreachableError"
        assert "it said nothing for 15 s" in message["error"]
        assert time.monotonic() - started < 60, "the kernel alone would wait for a quarter of an hour"
    # The next run has a worker of its own, which does not remember that there was no way a moment ago.
    with WorkerProcess(lab) as worker:
        assert worker.ask(work("apply", address_of(pi2)))["pending"] == []


def test_power_cut_in_the_middle(lab: Machines) -> None:
    """A machine that loses power during an operation is an error at once or soon; after its start all goes on."""
    pi2 = lab["pi2"]
    pi2.run(f"sudo rm -rf {FOLDER}")
    with WorkerProcess(lab) as worker:
        number = worker.send(work("apply", address_of(pi2), "slow"))
        while worker.receive().get("tell") != "1/3 Take a second, 1":
            pass
        pi2.kill()
        try:
            message = worker.answer(number)
        finally:
            pi2.start()
        assert message["kind"] == "UnreachableError"
        assert message["error"].startswith(f"pi2 ({pi2.address}): ")
    with WorkerProcess(lab) as worker:
        assert worker.ask(work("apply", address_of(pi2)))["pending"] == []


def test_one_unreachable_machine_stops_no_other(lab: Machines) -> None:
    """While one machine cannot be reached, the others answer."""
    with WorkerProcess(lab) as worker:
        lost = worker.send(work("read", address_of(lab["pi1"], port=1)))
        found = [worker.send(work("read", address_of(lab[name]))) for name in ("pi2", "pi3")]
        assert "error" in worker.answer(lost)
        assert all("answer" in worker.answer(number) for number in found)


def test_same_machine_twice_is_refused(lab: Machines) -> None:
    """A second name for a machine, here by another address, is refused with both names and the machine-id."""
    pi1 = lab["pi1"]
    pi1.run("sudo ip addr add 10.77.0.77/24 dev eth0")
    machine_id = pi1.run("cat /etc/machine-id").stdout.strip()
    try:
        with WorkerProcess(lab) as worker:
            worker.ask(work("read", address_of(pi1)))
            error = worker.refused(work("read", address_of(pi1, name="alias", address="10.77.0.77")))
            worker.ask(work("read", address_of(pi1)))
    finally:
        pi1.run("sudo ip addr del 10.77.0.77/24 dev eth0")
    assert error == (
        f"alias (10.77.0.77) and pi1 ({pi1.address}) are the same machine, machine-id {machine_id}. "
        "Expected each machine once: take one of them out of the settings"
    )


def test_production_is_refused_before_any_connection(lab: Machines) -> None:
    """Production is refused without a connection, by address, name or jump; not when it is the target."""
    pi1 = lab["pi1"]
    production = {"addresses": [pi1.address], "names": ["*.arcodange.lab", "bastion"]}
    with WorkerProcess(lab, production=production) as worker:
        plain = worker.refused(work("read", address_of(pi1)))
        spelled = worker.refused(work("read", address_of(pi1, address="10.77.201")))
        named = worker.refused(work("read", address_of(pi1, address="PI1.arcodange.lab")))
        jumped = worker.refused(work("read", address_of(pi1, address="10.77.0.9", jump="pi@bastion:2222")))
        trusted = worker.refused({"do": "trust", "machine": address_of(pi1)})
    assert (
        plain
        == trusted
        == (
            f"pi1 ({pi1.address}): leads to {pi1.address}, which is production. "
            "Nothing was changed. To work on production on purpose, set FACTORY_TARGET=production"
        )
    )
    assert "leads to 10.77.0.201, which is production" in spelled
    assert "leads to *.arcodange.lab, which is production" in named
    assert "leads to bastion, which is production" in jumped
    with WorkerProcess(lab, production=production, target="production") as worker:
        assert worker.ask(work("read", address_of(pi1)))["pending"] is not None


def test_production_behind_another_address_is_refused(lab: Machines) -> None:
    """A machine that turns out to have an address of production is refused, whatever way led to it."""
    pi1 = lab["pi1"]
    pi1.run("sudo ip addr add 10.77.0.77/24 dev eth0")
    try:
        with WorkerProcess(lab, production={"addresses": [pi1.address], "names": []}) as worker:
            error = worker.refused(work("read", address_of(pi1, address="10.77.0.77")))
    finally:
        pi1.run("sudo ip addr del 10.77.0.77/24 dev eth0")
    assert f"leads to {pi1.address}, which is production" in error


def test_no_list_of_production_no_work(lab: Machines) -> None:
    """Without a list of what is production the worker takes no request."""
    with (
        pytest.raises(AssertionError, match="addresses: Tuple should have at least 1 item"),
        WorkerProcess(lab, production={"addresses": []}),
    ):
        pass


def test_facts(lab: Machines) -> None:
    """A machine tells its name, system and addresses."""
    with WorkerProcess(lab) as worker:
        facts = worker.ask({"do": "facts", "machine": address_of(lab["pi1"])})
    assert facts["name"] == "pi1"
    assert facts["system"] == "Debian GNU/Linux 12 (bookworm)"
    assert lab["pi1"].address in facts["addresses"].split()
    assert lab["pi1"].disk_name in facts["disk ids"]
