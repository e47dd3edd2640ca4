"""Data disks: refused before anything is written, made once, mounted by label, kept."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from pydantic import JsonValue

from hosts.facts.disk_content import Content
from hosts.layers import disks
from hosts.layers.disks_data import is_ours, refusal, render_line
from hosts.worker.errors import WorkerError
from hosts.worker.layer_work import Outcome
from rehearsal.machines.machines import Machines
from tests.hosts.system.refused_settings import refused_settings
from tests.hosts.system.settings import DISK, DISKS, MOUNT
from tests.hosts.system.tried_machine import Settings, TriedMachine

EMPTY = Content(device="/dev/sda", size=1 << 30)
OURS = replace(EMPTY, filesystem="ext4", label="data")


def reason(content: Content, *, may_be_erased: bool) -> str | None:
    """Return why the disk is refused."""
    return refusal(content, disk="disk-1", label="data", mount=MOUNT, may_be_erased=may_be_erased)


@pytest.mark.parametrize(
    "content",
    [EMPTY, OURS, replace(OURS, mounts=(MOUNT,), mounted_there="/dev/sda")],
    ids=["empty", "ours", "ours and mounted"],
)
@pytest.mark.parametrize("may_be_erased", [False, True])
def test_disk_that_may_be_used(content: Content, *, may_be_erased: bool) -> None:
    """An empty disk and our own are used, whether or not the disk may be erased."""
    assert reason(content, may_be_erased=may_be_erased) is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (replace(EMPTY, filesystem="ext4", label="other"), "found ext4 with the label other: nothing was written"),
        (replace(EMPTY, filesystem="ntfs"), "found ntfs with the label (none): nothing was written"),
        (replace(EMPTY, table="gpt"), "found partitions (gpt): none yet: nothing was written"),
        (replace(EMPTY, table="dos", parts=("sda1", "sda2")), "found partitions (dos): sda1, sda2: nothing was writ"),
        (replace(OURS, parts=("sda1",)), "found partitions (of an unknown kind): sda1"),
        (replace(EMPTY, filesystem="crypto_LUKS", parts=("vault",)), "found partitions (of an unknown kind): vault"),
        (replace(EMPTY, other=True), "found data of an unknown kind: nothing was written"),
    ],
)
def test_foreign_content_is_refused_unless_listed(content: Content, message: str) -> None:
    """What is not ours is refused with what was found, and may be erased only when the disk is listed."""
    assert message in (reason(content, may_be_erased=False) or "")
    assert (reason(content, may_be_erased=False) or "").endswith("list disk-1 under may_be_erased")
    assert reason(content, may_be_erased=True) is None
    assert not is_ours(content, label="data")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (replace(OURS, device=None), "/dev/disk/by-id/disk-1: expected a disk, found none"),
        (replace(OURS, root=True), "found the one that the system runs from"),
        (replace(OURS, whole=False), "expected a whole disk, found a part of one"),
        (replace(EMPTY, mounts=("/srv",)), "expected a disk that nobody uses, found it mounted at /srv"),
        (replace(EMPTY, mounted_there="/dev/sdb"), f"expected it or nothing at {MOUNT}, found /dev/sdb"),
    ],
)
@pytest.mark.parametrize("may_be_erased", [False, True])
def test_disk_in_use_is_refused_even_when_listed(content: Content, message: str, *, may_be_erased: bool) -> None:
    """The system's own disk, a part of one, one in use and one that is not there can never be erased."""
    assert message in (reason(content, may_be_erased=may_be_erased) or "")


@pytest.mark.parametrize(
    ("disks_", "may_be_erased", "message"),
    [
        ([{"id": "-rf", "label": "a", "mount": "/a"}], [], "match pattern"),
        ([{"id": "../sda", "label": "a", "mount": "/a"}], [], "match pattern"),
        ([{"id": "a", "label": "-L", "mount": "/a"}], [], "match pattern"),
        ([{"id": "a", "label": "longer-than-sixteen", "mount": "/a"}], [], "match pattern"),
        ([{"id": "a", "label": "a", "mount": "/"}], [], "match pattern"),
        (
            [{"id": "a", "label": "a", "mount": "/a"}, {"id": "a", "label": "b", "mount": "/b"}],
            [],
            "disks: expected each id once, found a more than once",
        ),
        ([], ["a"], "may_be_erased: expected ids of the disks, found a"),
    ],
)
def test_settings_that_cannot_be_are_refused(disks_: JsonValue, may_be_erased: JsonValue, message: str) -> None:
    """A mistyped id erases nothing."""
    (found,) = refused_settings(disks.Disks, {}, disks=disks_, may_be_erased=may_be_erased).values()

    assert message in found


def test_machine_boots_without_its_disk() -> None:
    """The line for the mount names the label, and lets the machine boot when the disk is gone."""
    assert render_line("data", mount=MOUNT).startswith(f"LABEL=data {MOUNT} ext4 ")
    assert ",nofail," in render_line("data", mount=MOUNT)


@pytest.mark.slow
def test_disk_is_made_mounted_and_kept(host: TriedMachine, with_disk: Outcome) -> None:
    """The file system is made once; it is there again after a boot, and never made anew."""
    assert with_disk.done == ("Make the file system data", f"Mount data at {MOUNT}")
    host.run(f"echo kept > {MOUNT}/file && sync")
    host.machine.kill()
    host.machine.start()

    assert host.run(f"cat {MOUNT}/file; findmnt --noheadings --output FSTYPE,LABEL {MOUNT}").split() == [
        "kept", "ext4", "data",
    ]  # fmt: skip
    assert host.apply(disks.LAYER, {**DISKS, "may_be_erased": [DISK]}).done == ()
    assert host.run(f"cat {MOUNT}/file") == "kept\n"


@pytest.mark.slow
@pytest.mark.usefixtures("with_disk")
@pytest.mark.parametrize(
    # Lazy: containers of other tests keep the disk busy, also without their daemon.
    "drift",
    [f"umount --lazy {MOUNT}", "sed -i s/nofail/auto/ /etc/fstab", "sed -i /LABEL=data/d /etc/fstab"],
)
def test_mount_is_repaired(host: TriedMachine, drift: str) -> None:
    """A disk that was unmounted, or would not come back after a boot, is mounted as declared; nothing is made."""
    runs = host.run("systemctl is-active docker.service || true").strip() == "active"
    try:
        host.run(drift)
        assert host.apply(disks.LAYER, DISKS).done == (f"Mount data at {MOUNT}",)
        assert host.run("grep -c LABEL=data /etc/fstab").strip() == "1"
    finally:
        if runs:
            # It looks at the new mount only when it starts.
            host.run("systemctl restart docker.service")


# One partition of a megabyte, in the way of the oldest computers.
PARTITIONED = r"""printf '\000\000\002\000\203\000\000\000\000\010\000\000\000\010\000\000' |
dd of=$D bs=1 seek=446 conv=notrunc status=none
printf '\125\252' | dd of=$D bs=1 seek=510 conv=notrunc status=none"""


@pytest.fixture
def other(lab: Machines) -> Iterator[TriedMachine]:
    """Give a machine whose disk is empty, before and after."""
    tried = TriedMachine(lab=lab, machine=lab["pi2"])
    empty = f"""D={tried.machine.data_disk}
umount /mnt {MOUNT} 2>/dev/null
dd if=/dev/zero of=$D bs=1M count=20 conv=notrunc status=none
dd if=/dev/zero of=$D bs=512 seek=$(($(blockdev --getsz $D) - 2048)) count=2048 conv=notrunc status=none
udevadm settle"""
    tried.run(empty)
    yield tried
    tried.run(empty)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("mkfs.ext4 -q -F -L other $D", "ext4 with the label other"),
        ("mkswap -q $D", "swap"),
        (PARTITIONED, "partitions (dos)"),
        ("echo hello | dd of=$D bs=1 seek=5000000 conv=notrunc status=none", "data of an unknown kind"),
        ("echo hello | dd of=$D bs=1 seek=$(($(blockdev --getsize64 $D) - 512)) conv=notrunc status=none", "data of"),
    ],
    ids=["file system", "swap", "partitions", "start", "end"],
)
def test_wrong_disk_is_refused_and_unchanged(other: TriedMachine, content: str, found: str) -> None:
    """A disk with anything on it is refused before a byte of it changes."""
    place = other.machine.data_disk
    other.run(f"set -e; D=$(readlink -f {place})\n{content}\nudevadm settle")
    before = digest(other, "data")

    with pytest.raises(WorkerError, match="expected an empty disk or our own file system data, found") as refused:
        other.apply(disks.LAYER, _disks(other))

    assert found in str(refused.value)
    assert digest(other, "data") == before
    assert other.run(f"grep -c {MOUNT} /etc/fstab || true").strip() == "0"


@pytest.mark.slow
def test_disk_in_use_is_refused_and_unchanged(other: TriedMachine) -> None:
    """A disk that somebody mounted elsewhere is refused although it is listed."""
    disk = other.machine.data_disk
    other.run(f"mkfs.ext4 -q -F -L other {disk} && mount --read-only {disk} /mnt")
    before = digest(other, "data")

    with pytest.raises(WorkerError, match="expected a disk that nobody uses, found it mounted at /mnt"):
        other.apply(disks.LAYER, {**_disks(other), "may_be_erased": [other.machine.disk_name]})

    assert digest(other, "data") == before


@pytest.mark.slow
def test_system_disk_is_refused_and_unchanged(other: TriedMachine) -> None:
    """The disk that the machine boots from is refused although it is listed."""
    disk = PurePosixPath(other.machine.system_disk)
    settings: Settings = {
        "disks": [{"id": disk.name, "label": "data", "mount": MOUNT}],
        "may_be_erased": [disk.name],
    }
    before = digest(other, "system")

    with pytest.raises(WorkerError, match="expected a disk for data, found the one that the system runs from"):
        other.apply(disks.LAYER, settings)

    assert digest(other, "system") == before


@pytest.mark.slow
def test_disk_that_is_not_there_is_named(other: TriedMachine) -> None:
    """An id that does not exist is told with its path; no other disk is looked for."""
    settings: Settings = {"disks": [{"id": "usb-none", "label": "data", "mount": MOUNT}]}

    with pytest.raises(WorkerError, match="/dev/disk/by-id/usb-none: expected a disk, found none"):
        other.apply(disks.LAYER, settings)


@pytest.mark.slow
def test_listed_disk_is_erased_once(other: TriedMachine) -> None:
    """A foreign disk that is listed is made ours; what is put there then stays, although it is still listed."""
    settings: Settings = {**_disks(other), "may_be_erased": [other.machine.disk_name]}
    other.run(f"mkfs.ext4 -q -F -L other {other.machine.data_disk}; udevadm settle")
    try:
        assert len(other.apply(disks.LAYER, settings).done) == 2
        other.run(f"echo kept > {MOUNT}/file")
        assert other.apply(disks.LAYER, settings).done == ()
        assert other.run(f"cat {MOUNT}/file") == "kept\n"
    finally:
        other.run(f"umount {MOUNT}; sed -i /LABEL=data/d /etc/fstab; systemctl daemon-reload")


def digest(on: TriedMachine, disk: str) -> str:
    """Return a digest of all bytes of a disk, read from outside the machine, where it is a file with holes."""
    on.run("sync")
    found = hashlib.sha256()
    with (on.machine.folder / disk).open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        start = 0
        while start < end:
            try:
                start = os.lseek(file.fileno(), start, os.SEEK_DATA)
            except OSError:  # nothing but a hole up to the end
                break
            stop = os.lseek(file.fileno(), start, os.SEEK_HOLE)
            file.seek(start)
            content = file.read(stop - start)
            if content.strip(b"\0"):
                found.update(b"%d %d" % (start + len(content) - len(content.lstrip(b"\0")), len(content.strip(b"\0"))))
                found.update(content.strip(b"\0"))
            start = stop
    return found.hexdigest()


def _disks(on: TriedMachine) -> dict[str, JsonValue]:
    return {"disks": [{"id": on.machine.disk_name, "label": "data", "mount": MOUNT}]}
