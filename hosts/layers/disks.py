"""Layer: the disks that hold data, named by what they are and never by the order in which they were found."""

from typing import Annotated

import pydantic

from hosts.layer import Given, Layer
from hosts.layers.disks_data import data_disk, mounted_disk
from hosts.model import Model

DiskId = Annotated[str, pydantic.StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9:_.+-]*$")]
Label = Annotated[str, pydantic.StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,15}$")]
Folder = Annotated[str, pydantic.StringConstraints(pattern=r"^(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$")]


class DataDisk(Model):
    """One disk."""

    id: DiskId
    """Its name in /dev/disk/by-id, for example `usb-Samsung_PSSD_T7_S5TNNS0R900000A-0:0`."""
    label: Label
    """Label of its file system."""
    mount: Folder
    """Where it is mounted."""


class Disks(Model):
    """The data disks of a host."""

    disks: tuple[DataDisk, ...]
    may_be_erased: tuple[DiskId, ...] = ()
    """Ids of disks whose present content may be lost; our own file system on them is kept even so."""

    @pydantic.model_validator(mode="after")
    def _each_once(self) -> "Disks":
        for name in ("id", "label", "mount"):
            values = [getattr(disk, name) for disk in self.disks]
            twice = sorted({value for value in values if values.count(value) > 1})
            if twice:
                raise ValueError(f"disks: expected each {name} once, found {', '.join(twice)} more than once")
        unknown = [disk for disk in self.may_be_erased if disk not in {one.id for one in self.disks}]
        if unknown:
            raise ValueError(f"may_be_erased: expected ids of the disks, found {', '.join(unknown)}")
        return self


def deploy_disks(disks: Disks, given: Given) -> None:
    """Make what is missing, and mount it."""
    del given
    for disk in disks.disks:
        data_disk(
            name=f"Make the file system {disk.label}",
            disk=disk.id,
            label=disk.label,
            mount=disk.mount,
            may_be_erased=disk.id in disks.may_be_erased,
        )
        mounted_disk(name=f"Mount {disk.label} at {disk.mount}", disk=disk.id, label=disk.label, mount=disk.mount)


LAYER = Layer(name="disks", settings=Disks, deploy=deploy_disks, needs=("base",), holds_data=True)
