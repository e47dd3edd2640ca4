"""Switching machines on and off."""

import time

import pytest

from rehearsal.machines.machine import Machine
from rehearsal.machines.machines import Machines
from tests.rehearsal.machines.traces import traces_of

pytestmark = pytest.mark.slow

LABEL = "data"
MOUNT = f"/mnt/{LABEL}"


def test_a_power_cut_ends_all_and_loses_nothing_written(lab: Machines, pi1: Machine) -> None:
    """No process and no loop device is left; after the next boot the files are there, and the disk by its label."""
    pi1.run(
        f"sudo mkfs.ext4 -q -F -L {LABEL} {pi1.data_disk} && sudo mkdir -p {MOUNT} && "
        f"echo LABEL={LABEL} {MOUNT} ext4 nofail 0 2 | sudo tee -a /etc/fstab && sudo systemctl daemon-reload && "
        f"sudo mount {MOUNT} && echo kept | sudo tee {MOUNT}/file ~/file && sync && sudo systemd-run sleep 1000"
    )

    pi1.kill()
    assert not pi1.running
    assert pi1.run("true", check=False).returncode != 0
    assert traces_of(lab.name, pi1.folder).keys() == {"namespaces", "control groups", "processes", "notes", "files"}

    pi1.start()
    assert pi1.run("systemctl is-system-running --wait; cat ~/file").stdout.split() == ["running", "kept"]
    assert pi1.run(f"findmnt -no FSTYPE {MOUNT}; cat {MOUNT}/file").stdout.split() == ["ext4", "kept"]
    pi1.reset()
    pi1.start()


def test_the_boot_command_line_counts_from_the_next_boot(pi1: Machine) -> None:
    """The file is one line, as on a Raspberry Pi; what is added to it is in force after a reboot, and not before."""
    file = "/boot/firmware/cmdline.txt"
    assert pi1.run(f"wc -l < {file}").stdout.strip() == "1"
    pi1.run(f"sudo sed -i 's/$/ cgroup_enable=memory/' {file}")
    assert "cgroup_enable" not in pi1.run("cat /proc/cmdline").stdout
    before = pi1.run("cat /proc/sys/kernel/random/boot_id").stdout

    pi1.run("sudo systemctl reboot", check=False)
    deadline = time.monotonic() + 30
    while pi1.run("cat /proc/sys/kernel/random/boot_id", check=False).stdout in ("", before):
        assert time.monotonic() < deadline

    assert pi1.run("cat /proc/cmdline").stdout.endswith(" cgroup_enable=memory\n")


def test_a_reset_forgets_everything_but_the_host_key(pi1: Machine) -> None:
    """Files and disk are as new, the machine has a new id, and it is still known; unless a new host key is wanted."""
    key, machine_id = pi1.host_key, pi1.run("cat /etc/machine-id").stdout
    pi1.run(f"echo mine | sudo tee /etc/mine {pi1.data_disk}")

    pi1.reset()
    pi1.start()

    assert pi1.run("test -e /etc/mine", check=False).returncode == 1
    assert pi1.run(f"sudo head -c 4 {pi1.data_disk} | tr '\\0' .").stdout == "...."
    assert pi1.host_key == key
    assert pi1.run("cat /etc/machine-id").stdout != machine_id

    pi1.reset(new_host_key=True)
    pi1.start()
    assert pi1.host_key != key


def test_an_orderly_stop_ends_the_services(pi1: Machine) -> None:
    """A service gets its time to end, other than at a power cut."""
    unit = "--unit=last-words sh -c 'trap \"date > /home/pi/ended; exit 0\" TERM; while :; do sleep 0.1; done'"
    pi1.run(f"sudo systemd-run {unit}")

    pi1.stop()
    assert not pi1.running
    pi1.start()

    assert pi1.run("cat ended").stdout != ""


def test_a_paused_machine_answers_nothing_and_goes_on(pi1: Machine) -> None:
    """While paused a login fails; afterwards the same processes go on."""
    leader = pi1.run("sudo systemd-run --quiet --unit=stays sleep 1000; systemctl show -P MainPID stays").stdout

    pi1.pause()
    assert pi1.paused
    assert pi1.run("true", check=False).returncode != 0
    pi1.resume()

    assert pi1.run("systemctl show -P MainPID stays; sudo systemctl stop stays").stdout == leader


def test_a_machine_is_small(pi1: Machine) -> None:
    """An idle machine uses less than 60 MiB."""
    assert 5 < pi1.mem() < 60
