"""`./factory recover chain`, `merge` and `inject` as they are typed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.recovery.longhorn.replica_folder import BLOCK, LayerContent, change_meta, naive_volume, write_replica

REPOSITORY = Path(__file__).resolve().parents[2]
LAYERS = [
    LayerContent(size=9 * BLOCK, blocks={1: b"lowest"}, removed=True),
    LayerContent(size=9 * BLOCK, blocks={2: b"head"}),
]


def recover(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the verb as the launcher does."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "ops", "recover", *words],
        cwd=REPOSITORY,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a replica."""
    write_replica(tmp_path / "replica", LAYERS, Dirty=True)
    return tmp_path / "replica"


def test_merge_makes_the_image_and_says_what_it_did(folder: Path, tmp_path: Path) -> None:
    """Layers, notes and result for reading; warnings and progress beside them, in plain lines without a terminal."""
    done = recover("merge", folder, tmp_path / "out")

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out").read_bytes() == naive_volume(LAYERS)
    lines = done.stdout.splitlines()
    assert lines[:2] == [f"{folder}: the only one", "  36,864 bytes in 2 layers:"]
    assert lines[-2].startswith(f"{tmp_path}/out: 36,864 bytes, 8,192 copied in ")
    assert lines[-1] == "no ext4 file system: not checked"
    assert done.stderr.splitlines() == [
        "warning: volume.meta says Dirty: the volume was in use when it stopped (normal after a power cut)",
        "merging: 100 % of 8,192 bytes",
    ]


def test_merge_answers_a_program_in_one_document(folder: Path, tmp_path: Path) -> None:
    """Several folders, one of them not usable; nothing but JSON is printed."""
    write_replica(tmp_path / "broken", LAYERS)
    (tmp_path / "broken" / "volume.meta").unlink()

    done = recover("merge", tmp_path / "broken", folder, tmp_path / "out", "--no-check", "--json")

    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert document["replica"] == str(folder)
    assert document["why"] == ["the only usable one"]
    assert document["refused"][0].startswith(f"{tmp_path}/broken/volume.meta: expected a metadata file")
    assert [layer["removed"] for layer in document["layers"]] == [True, False]
    assert (document["out"], document["copied"], document["file_system"]) == (f"{tmp_path}/out", 2 * BLOCK, None)


def test_chain_only_looks(folder: Path) -> None:
    """What merge would use, without making anything."""
    before = sorted(folder.parent.iterdir())

    done = recover("chain", folder, "--json")

    assert done.returncode == 0
    assert json.loads(done.stdout)["size"] == 9 * BLOCK
    assert sorted(folder.parent.iterdir()) == before


def test_a_chain_that_is_not_whole_ends_with_1(folder: Path, tmp_path: Path) -> None:
    """One sentence, and as fields for a program; no image."""
    change_meta(folder / "volume.meta", Rebuilding=True)

    spoken = recover("merge", folder, tmp_path / "out")
    written = recover("merge", folder, tmp_path / "out", "--json")

    told = f"{folder}/volume.meta: expected a complete replica, found Rebuilding: true."
    assert (spoken.returncode, written.returncode) == (1, 1)
    assert spoken.stderr == f"error: {told} Use another replica of this volume\n"
    assert json.loads(written.stdout) == {
        "fault": {
            "file": f"{folder}/volume.meta",
            "expected": "a complete replica",
            "found": "Rebuilding: true",
            "helps": "Use another replica of this volume",
        }
    }
    assert not (tmp_path / "out").exists()


def test_one_word_too_few_is_wrong_use(folder: Path) -> None:
    """OUT is missing: exit code 2."""
    assert recover("merge", folder).returncode == 2


def test_inject_takes_the_image_on(folder: Path, tmp_path: Path) -> None:
    """Into a fresh file; into one with data only when it is named twice."""
    recover("merge", folder, tmp_path / "out", "--no-check")
    (tmp_path / "volume").write_bytes(b"old".ljust(9 * BLOCK, b"\0"))

    refused = recover("inject", tmp_path / "out", tmp_path / "volume")
    done = recover("inject", tmp_path / "out", tmp_path / "volume", "--overwrite", tmp_path / "volume", "--json")

    assert refused.returncode == 1
    assert "expected an empty volume, found data at byte 0. If it may be overwritten, name it twice" in refused.stderr
    assert done.returncode == 0
    assert json.loads(done.stdout)["empty"] is False
    assert (tmp_path / "volume").read_bytes() == naive_volume(LAYERS)


def test_a_missing_e2fsck_is_told_after_the_work(tmp_path: Path) -> None:
    """The image is there and complete; exit code 3 and the command that installs what is missing."""
    superblock = bytes(0x38) + b"\x53\xef"
    write_replica(tmp_path / "replica", [LayerContent(size=4 * BLOCK, blocks={0: bytes(1024) + superblock})])
    hide = 'mount -t tmpfs none /usr/sbin && exec "$@"'
    command = [sys.executable, "-P", "-m", "ops", "recover", "merge", f"{tmp_path}/replica", f"{tmp_path}/out"]

    done = subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", hide, "sh", *command],  # noqa: S607 - found on PATH
        cwd=REPOSITORY,
        env={**os.environ, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 3, done.stderr
    assert done.stdout.splitlines()[-1] == "e2fsck is missing: apt-get install e2fsprogs"
    assert (tmp_path / "out").exists()
