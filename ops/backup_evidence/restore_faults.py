"""A restore into a scratch place, compared with what the host wrote down when it collected."""

import contextlib
import json
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from hosts.backup.collect import snapshot_fault
from ops.backup_evidence.api_faults import api_faults
from ops.backup_evidence.object_faults import object_faults
from ops.backup_evidence.opening_fault import opening_fault
from ops.backup_evidence.scratch_databases import restored_databases
from ops.backup_evidence.state_faults import state_faults
from ops.backup_evidence.volume_faults import volume_faults
from ops.backup_evidence.ways import Ways

PROOFS = {"postgres": "restored", "files": "restored", "cluster": "complete", "vault": "whole", "states": "read"}
"""Kind of source → what is proved of it where nothing is wrong and nobody gave other ways."""


def proof(folder: Path, *, ways: Ways) -> str:
    """Return what is proved of the archive in *folder* when nothing is wrong with it."""
    kind = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["kind"]
    if kind == "vault" and ways.shares:
        return "opened with the shares"
    if kind == "cluster" and ways.api is not None:
        return "complete, and taken by the API"
    return PROOFS[kind]


def restore_faults(folder: Path, *, scratch: Path, ways: Ways) -> Iterator[str]:
    """Yield what of the archive in *folder* cannot be restored as it was; *scratch* may be filled."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    match manifest["kind"]:
        case "postgres":
            yield from _database_faults(folder, manifest["databases"], version=manifest["version"], scratch=scratch)
        case "vault":
            yield from _snapshot_faults(folder / "vault.snap", scratch=scratch, ways=ways)
        case "cluster":
            yield from object_faults(folder / "objects.json", counts=manifest["objects"])
            yield from volume_faults(folder / "objects.json", began=manifest["began"])
            if ways.api is not None:
                yield from api_faults(folder / "objects.json", api=ways.api)
        case "states":
            yield from state_faults(folder, manifest["states"])
        case _:
            yield from _file_faults(folder, manifest, scratch=scratch)


def _snapshot_faults(snapshot: Path, *, scratch: Path, ways: Ways) -> Iterator[str]:
    """Yield what is wrong with it; what is in it opens with the original shares alone: without, it can be whole."""
    fault = snapshot_fault(snapshot)
    if not fault and ways.shares:
        fault = opening_fault(snapshot, ways.shares, scratch=scratch)
    yield from filter(None, [fault])


def _database_faults(
    folder: Path, databases: Mapping[str, Mapping[str, object]], *, version: str, scratch: Path
) -> Iterator[str]:
    files = {name: folder / str(database["file"]) for name, database in databases.items()}
    found = restored_databases(files, roles=folder / "globals.sql", version=version, scratch=scratch)
    for name, database in databases.items():
        wanted = database["tables"]
        if not isinstance(wanted, dict):
            yield f"database {name}: the manifest lists no tables"
            continue
        there = found[name]
        for table in sorted({*wanted, *there}):
            if wanted.get(table) != there.get(table):
                yield (
                    f"database {name}, table {table}: collected {wanted.get(table, 'nothing')}, "
                    f"restored {there.get(table, 'nothing')} (rows, sum)"
                )


def _file_faults(folder: Path, manifest: Mapping[str, object], *, scratch: Path) -> Iterator[str]:
    copied = manifest["sqlite"]
    for each in copied if isinstance(copied, list) else ():
        with contextlib.closing(sqlite3.connect(folder / each["file"])) as database:
            (said,) = database.execute("PRAGMA integrity_check").fetchone()
        if said != "ok":
            yield f"{each['path']}: sqlite says {said}"
    with tarfile.open(folder / "files.tar") as archive:
        repositories = [item.name for item in archive if item.isdir() and item.name.endswith(".git")]
    if repositories:
        yield from _clone_faults(folder / "files.tar", repositories[0], scratch=scratch)


def _clone_faults(packed: Path, repository: str, *, scratch: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory(dir=scratch) as place:
        with tarfile.open(packed) as archive:
            inside = [item for item in archive if item.name == repository or item.name.startswith(f"{repository}/")]
            archive.extractall(place, members=inside, filter="data")
        found = Path(place, repository)
        commands = (
            ["git", "-c", "safe.directory=*", "clone", "--quiet", "--bare", str(found), f"{place}/clone.git"],
            [
                "git",
                "-c",
                "safe.directory=*",
                "-C",
                f"{place}/clone.git",
                "fsck",
                "--full",
                "--strict",
                "--no-dangling",
            ],
        )
        for command in commands:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                yield f"{repository}: git says {done.stderr.strip()[-300:]}"
                return
