"""What is to be done so that the replicas of a volume are adopted."""

from collections.abc import Sequence
from dataclasses import dataclass

from ops.volume_objects.disk_listing import DiskListing
from ops.volume_objects.longhorn_object import KINDS, LonghornObject


@dataclass(frozen=True, kw_only=True)
class VolumePlan:
    """One volume."""

    volume: str
    """Its name."""
    create: Sequence[LonghornObject] = ()
    """What is missing, in the order in which it is written."""
    there: Sequence[str] = ()
    """What is there already, as the dump has it."""
    conflicts: Sequence[str] = ()
    """What is there and differs; it is left alone, and nothing of this volume is written."""
    refused: str = ""
    """Why nothing of it can be adopted."""
    warnings: Sequence[str] = ()
    """Replicas that the dump knows and no disk has."""

    @property
    def held_back(self) -> bool:
        """Whether nothing of it is written."""
        return bool(self.refused or self.conflicts)


def plan_volumes(
    dump: Sequence[LonghornObject], existing: Sequence[LonghornObject], disks: Sequence[DiskListing]
) -> list[VolumePlan]:
    """Return a plan for each volume of *dump*, given what the API has and what lies on *disks*."""
    return [
        _plan(each.name, [one for one in dump if one.volume == each.name], existing, disks)
        for each in dump
        if each.kind == "Volume"
    ]


def _plan(
    volume: str, wanted: Sequence[LonghornObject], existing: Sequence[LonghornObject], disks: Sequence[DiskListing]
) -> VolumePlan:
    replicas = [each for each in wanted if each.kind == "Replica"]
    lost = [text for each in replicas if (text := _lost(each, disks))]
    if not replicas:
        return VolumePlan(
            volume=volume, refused="the dump has no Replica of it: Longhorn would give it blank ones. Merge its folders"
        )
    if len(lost) == len(replicas):
        return VolumePlan(volume=volume, refused="; ".join(lost))
    # What Longhorn knows and no disk has would be taken for a failed copy; Longhorn makes a new one from the others.
    missing = {each.name for each in replicas if _lost(each, disks)}
    chosen = sorted(
        (each for each in wanted if each.name not in missing), key=lambda each: (KINDS.index(each.kind), each.name)
    )
    by_title = {each.title: each for each in existing}
    conflicts = [
        f"{each.title} is there and differs in {', '.join(_differing(each, by_title[each.title]))}"
        for each in chosen
        if each.title in by_title and _differing(each, by_title[each.title])
    ]
    known = {each.title for each in wanted}
    conflicts += [
        f"{each.title} is there, and the dump does not know it"
        for each in existing
        if each.volume == volume and each.title not in known
    ]
    return VolumePlan(
        volume=volume,
        create=[] if conflicts else [each for each in chosen if each.title not in by_title],
        there=[each.title for each in chosen if each.title in by_title],
        conflicts=conflicts,
        warnings=lost,
    )


def _lost(replica: LonghornObject, disks: Sequence[DiskListing]) -> str:
    disk, folder = str(replica.spec.get("diskID", "")), str(replica.spec.get("dataDirectoryName", ""))
    listing = next((each for each in disks if each.disk == disk), None)
    if not disk or not folder:
        return f"{replica.title} names no disk or no folder"
    if listing is None:
        return f"{replica.title} lies on the disk {disk}, which no listing has"
    if folder not in listing.folders:
        return f"{replica.title} lies in {folder}, which {listing.file.name} does not have"
    return ""


def _differing(wanted: LonghornObject, found: LonghornObject) -> list[str]:
    # What the API server adds by default is no difference.
    return [key for key, value in wanted.spec.items() if found.spec.get(key) != value]
