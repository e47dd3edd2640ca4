"""Which objects are written, and which volumes are held back."""

from pathlib import Path

import pytest
from pydantic import JsonValue

from ops.volume_objects.disk_listing import read_disk_listing
from ops.volume_objects.read_dump import longhorn_objects, read_dump
from ops.volume_objects.refused_dump_error import RefusedDumpError
from ops.volume_objects.volume_plan import VolumePlan, plan_volumes
from tests.ops.volume_objects.example_objects import VOLUME, example_objects, replica, write_disks, write_dump


def plan(
    folder: Path, dump: list[dict[str, JsonValue]], existing: list[dict[str, JsonValue]], *, disks: int = 2
) -> VolumePlan:
    """Return the plan for the only volume of *dump*."""
    listings = [read_disk_listing(file) for file in write_disks(folder)[:disks]]
    (one,) = plan_volumes(read_dump(write_dump(folder, dump)), [*longhorn_objects([*existing])], listings)
    return one


def test_replicas_are_written_before_their_volume(tmp_path: Path) -> None:
    """A cut in between leaves no volume alone, which would be given blank replicas."""
    found = plan(tmp_path, example_objects(), [])

    assert [each.kind for each in found.create] == ["Replica", "Replica", "Engine", "Volume"]


def test_what_is_created_has_no_owner_of_before(tmp_path: Path) -> None:
    """An owner that is no more would have the object collected as garbage at once."""
    for each in plan(tmp_path, example_objects(), []).create:
        metadata = each.anew()["metadata"]
        assert isinstance(metadata, dict)
        assert set(metadata) == {"name", "namespace", "labels", "finalizers"}
        assert "status" not in each.anew()


def test_a_volume_without_replica_objects_is_refused(tmp_path: Path) -> None:
    """Longhorn would make blank ones."""
    found = plan(tmp_path, example_objects()[:2], [])

    assert found.held_back
    assert found.refused == ("the dump has no Replica of it: Longhorn would give it blank ones. Merge its folders")


def test_a_volume_without_any_folder_is_refused(tmp_path: Path) -> None:
    """Each replica is named with what is missing."""
    other = example_objects()
    for each in other[2:]:
        spec = each["spec"]
        assert isinstance(spec, dict)
        spec["dataDirectoryName"] = "pvc-other"

    found = plan(tmp_path, other, [])

    assert found.refused == (
        f"Replica {VOLUME}-r-pi1 lies in pvc-other, which pi1.disk does not have; "
        f"Replica {VOLUME}-r-pi3 lies in pvc-other, which pi3.disk does not have"
    )


def test_a_replica_whose_disk_is_gone_is_left_out(tmp_path: Path) -> None:
    """The other one is enough; Longhorn copies from it."""
    found = plan(tmp_path, example_objects(), [], disks=1)

    assert [each.name for each in found.create if each.kind == "Replica"] == [f"{VOLUME}-r-pi1"]
    assert found.warnings == [f"Replica {VOLUME}-r-pi3 lies on the disk 33333333-cccc, which no listing has"]


def test_what_is_there_is_left_alone(tmp_path: Path) -> None:
    """The same command continues after a cut."""
    found = plan(tmp_path, example_objects(), example_objects()[2:])

    assert [each.kind for each in found.create] == ["Engine", "Volume"]
    assert found.there == [f"Replica {VOLUME}-r-pi1", f"Replica {VOLUME}-r-pi3"]


def test_what_is_there_and_differs_is_named(tmp_path: Path) -> None:
    """Nothing of that volume is written."""
    existing = replica("pi1")
    spec = existing["spec"]
    assert isinstance(spec, dict)
    spec["dataDirectoryName"] = "blank"

    found = plan(tmp_path, example_objects(), [existing])

    assert found.conflicts == [f"Replica {VOLUME}-r-pi1 is there and differs in dataDirectoryName"]
    assert found.create == []


def test_a_replica_that_the_dump_does_not_know_is_a_conflict(tmp_path: Path) -> None:
    """A blank one that Longhorn made meanwhile."""
    blank = replica("pi1")
    metadata = blank["metadata"]
    assert isinstance(metadata, dict)
    metadata["name"] = f"{VOLUME}-r-blank"

    found = plan(tmp_path, example_objects(), [blank])

    assert found.conflicts == [f"Replica {VOLUME}-r-blank is there, and the dump does not know it"]


@pytest.mark.parametrize("text", ["", "[]", "kind: [", '{"kind": "ConfigMap", "apiVersion": "v1", "metadata": {}}'])
def test_a_dump_without_volumes_is_refused(tmp_path: Path, text: str) -> None:
    """An empty dump is a backup that was never made."""
    file = tmp_path / "dump.json"
    file.write_text(text)

    with pytest.raises(RefusedDumpError, match="expected"):
        read_dump(file)


@pytest.mark.parametrize("text", ["", "pvc-1\n", "{}\n"])
def test_a_listing_without_the_id_of_the_disk_is_refused(tmp_path: Path, text: str) -> None:
    """A folder on an unknown disk proves nothing."""
    file = tmp_path / "pi1.disk"
    file.write_text(text)

    with pytest.raises(RefusedDumpError, match="diskUUID"):
        read_disk_listing(file)
