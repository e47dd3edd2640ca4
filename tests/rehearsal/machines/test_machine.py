"""What a machine of the rehearsal is."""

import concurrent.futures
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from rehearsal.machines.kernel_limits import LEAST
from rehearsal.machines.machine import Machine, MachineError
from rehearsal.machines.machines import Machines

pytestmark = pytest.mark.slow


def test_machines_are_debian_with_systemd(lab: Machines) -> None:
    """Each machine runs systemd as process 1, has its own name and address, and nothing has failed."""
    asked = (
        "cat /proc/1/comm /etc/hostname; . /etc/os-release; echo $ID-$VERSION_ID; hostname -I; systemctl --failed -q"
    )

    for machine in lab:
        assert machine.run(asked).stdout.split() == ["systemd", machine.name, "debian-12", machine.address]


def test_pi_becomes_root_without_a_password(pi1: Machine) -> None:
    """The login user is `pi`; sudo asks for nothing; no password opens the machine."""
    assert pi1.run("id -un; sudo -n id -un").stdout.split() == ["pi", "root"]
    assert pi1.run("sudo grep ^pi: /etc/shadow").stdout.startswith("pi:!:")


def test_a_failing_command_is_an_error_with_what_it_said(pi1: Machine) -> None:
    """A command that fails names itself, the machine, the exit code and the output."""
    with pytest.raises(MachineError, match=r"`ls /nowhere` on pi1 ended with 2:\n.*No such file"):
        pi1.run("ls /nowhere")


def test_host_key_is_that_of_the_machine(lab: Machines) -> None:
    """The key that is handed out is what the machine shows; each has another."""
    shown = [machine.run("cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub").stdout.strip() for machine in lab]

    assert shown == [machine.host_key for machine in lab]
    assert len(set(shown)) == 3
    assert len({machine.run("cat /etc/machine-id").stdout for machine in lab}) == 3


def test_a_machine_sees_its_own_disk_only(lab: Machines) -> None:
    """Each has its own data disk behind a stable id, of the size asked for, and its system disk; no other is listed."""
    for machine in lab:
        blocks = machine.run(f"lsblk -bno SIZE {machine.data_disk}; lsblk -dno NAME | wc -l; ls /dev/disk/by-id").stdout
        assert blocks.split() == [str(256 << 20), "2", machine.disk_name, f"rehearsal-system-{machine.name}"]
        machine.run(f"echo mark of {machine.name} | sudo tee {machine.data_disk}")

    for machine in lab:
        assert machine.run(f"sudo head -c 11 {machine.data_disk}").stdout == f"mark of {machine.name}"


def test_a_machine_boots_from_its_system_disk(pi1: Machine) -> None:
    """The disk that it boots from is in use, as the one of a Raspberry Pi."""
    asked = f"findmnt -no SOURCE /boot/firmware; readlink -f {pi1.system_disk}; ls /boot/firmware"

    mounted, device, *files = pi1.run(asked).stdout.split()
    assert mounted == device
    assert "cmdline.txt" in files


def test_settings_of_the_kernel_stay_with_the_machine(pi1: Machine) -> None:
    """What is written to vm.*, kernel.* and fs.* is read back there and nowhere else; the clock cannot be set."""
    names = ("vm.swappiness", "kernel.panic", "fs.inotify.max_user_watches")
    before = {name: Path("/proc/sys", *name.split(".")).read_text() for name in names}

    for name in names:
        assert pi1.run(f"sudo sysctl -qw {name}=77 && sudo sysctl -n {name}").stdout.strip() == "77"

    assert {name: Path("/proc/sys", *name.split(".")).read_text() for name in names} == before
    assert pi1.run("sudo date -s '+1 hour'", check=False).returncode != 0


def test_the_kernel_has_room_for_many_machines(lab: Machines) -> None:
    """Its limits per user, who is the same on all machines, are raised before one is started."""
    del lab
    assert [path for path, least in LEAST.items() if int(path.read_text()) < least] == []


def test_modprobe_knows_what_the_kernel_has(pi1: Machine) -> None:
    """Asking for what is built in succeeds, asking for what is not there fails."""
    assert pi1.run("sudo modprobe overlay", check=False).returncode == 0
    assert pi1.run("sudo modprobe no_such_module", check=False).returncode != 0


def test_programs_and_threads_enter_the_network(lab: Machines) -> None:
    """A program by its prefix and a thread for a while: both reach a machine; other threads stay outside."""
    program = "import socket; print(socket.create_connection(('10.77.0.202', 22), 2).recv(4))"

    def network() -> str:
        return str(Path("/proc/thread-self/ns/net").readlink())

    before = network()
    with concurrent.futures.ThreadPoolExecutor(1) as other:
        assert other.submit(network).result() == before
        with lab.inside():
            with socket.create_connection(("10.77.0.202", 22), 2) as there:
                assert there.recv(4) == b"SSH-"
            assert network() != before
            assert other.submit(network).result() == before
    assert network() == before

    done = subprocess.run(lab.command([sys.executable, "-c", program]), capture_output=True, text=True, check=True)
    assert done.stdout == "b'SSH-'\n"
