"""Collect what this host's backup holds; runs on the host, as root and without a network.

This file is placed on the hosts as it stands: the standard library alone, and nothing of ours.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

SETTINGS = Path("/etc/factory/backup/settings.json")
LOCK = Path("/run/lock/factory-backup")
BUSY = 75
"""Exit code when another backup runs."""
SPARE_BYTES = 64 * 1024 * 1024

# What a row says as text must not depend on who asks. The sum does not depend on the order of the rows.
SESSION = """\
SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC'; SET bytea_output = 'hex';
SET extra_float_digits = 1; SET search_path = pg_catalog; SET statement_timeout = 0;
"""
DATABASES = (
    "SELECT datname || ' ' || pg_database_size(oid) FROM pg_database WHERE datallowconn AND datname <> 'template1' "
    "ORDER BY 1"
)
TABLES = """\
SELECT format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
ORDER BY 1;
"""
SUMMED = (
    "SELECT count(*) || ' ' || coalesce(sum(('x' || substr(md5(t::text), 1, 16))::bit(64)::bigint::numeric), 0) "
    "FROM ONLY {table} t;\n"
)
BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\n"
END_MARK = "factory-end-of-answer"

Json = Mapping[str, object]


class RefusedError(Exception):
    """A source that cannot be collected; the text says why."""


class Psql:
    """One session of psql, which answers question after question in the same transaction."""

    def __init__(self, command: list[str]) -> None:
        """Start *command*."""
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def ask(self, statements: str) -> list[str]:
        """Return the lines that *statements* answer with; the first fault ends the session."""
        told, said = self._process.stdin, self._process.stdout
        if told is None or said is None:
            raise RefusedError("expected a session with psql")
        lines: list[str] = []
        with contextlib.suppress(BrokenPipeError):
            told.write(f"{statements}\\echo {END_MARK}\n")
            told.flush()
        while line := said.readline():
            if line.rstrip("\n") == END_MARK:
                return lines
            lines.append(line.rstrip("\n"))
        fault = self._process.stderr.read() if self._process.stderr else ""
        raise RefusedError(f"PostgreSQL: {fault.strip() or 'the session ended'}")

    def close(self) -> None:
        """End the session."""
        self._process.kill()
        self._process.communicate()


def summed_tables(psql: Psql) -> dict[str, str]:
    """Return table → count of its rows and sum over their content, in the session's own snapshot."""
    psql.ask(SESSION)
    return {table: psql.ask(SUMMED.format(table=table))[0] for table in psql.ask(TABLES)}


def collect_postgres(source: Json, folder: Path) -> Json:
    """Dump each database that there is, with the sums of its tables from the same snapshot, and all roles."""
    inside = ["docker", "exec", "--interactive", "--user", "postgres", str(source["container"])]
    psql = [*inside, "psql", "-XAtq", "--set=ON_ERROR_STOP=1"]
    listed = _said([*psql, "--dbname=postgres", "--command", DATABASES])
    sizes = {name: int(size) for name, size in (line.rsplit(" ", 1) for line in listed.splitlines())}
    _expect_room(folder, sum(sizes.values()))
    _write_from([*inside, "pg_dumpall", "--globals-only"], folder / "globals.sql")
    databases: dict[str, object] = {}
    for number, name in enumerate(sizes):
        session = Psql([*psql, f"--dbname={_connection(name)}"])
        try:
            (snapshot,) = session.ask(f"{BEGIN}SELECT pg_export_snapshot();\n")
            # Not compressed: the repository does that, and finds what did not change since the last time.
            _write_from(
                [*inside, "pg_dump", "--format=custom", "--compress=0", f"--snapshot={snapshot}",
                 f"--dbname={_connection(name)}"],
                folder / f"{number}.dump",
            )  # fmt: skip
            databases[name] = {"file": f"{number}.dump", "tables": summed_tables(session)}
        finally:
            session.close()
    version = _said([*psql, "--dbname=postgres", "--command", "SHOW server_version"]).strip()
    return {"version": version, "databases": databases}


def collect_files(source: Json, folder: Path) -> Json:
    """Pack folders and files as they are; a database of sqlite is copied by sqlite itself, whole."""
    paths = [Path(str(path)) for path in _list(source["paths"])]
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise RefusedError(f"missing: {', '.join(missing)}")
    _expect_room(folder, sum(_size(path) for path in paths))
    left_out = {str(Path(str(each))) for each in _list(source.get("left_out", []))}
    with tarfile.open(folder / "files.tar", "w", format=tarfile.PAX_FORMAT) as archive:
        for path in paths:
            archive.add(path, arcname=str(path).lstrip("/"), filter=lambda item: _kept(item, left_out))
    copied = []
    for number, database in enumerate(map(str, _list(source.get("sqlite", [])))):
        copy = folder / f"{number}.sqlite"
        with (
            contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as found,
            contextlib.closing(sqlite3.connect(copy)) as made,
        ):
            found.backup(made)
        copied.append({"path": database, "file": copy.name})
    return {"paths": list(map(str, paths)), "sqlite": copied}


def _kept(item: tarfile.TarInfo, left_out: set[str]) -> tarfile.TarInfo | None:
    return None if f"/{item.name}" in left_out or not (item.isfile() or item.isdir() or item.issym()) else item


COLLECTORS = {"postgres": collect_postgres, "files": collect_files}


def collect(settings: Json) -> None:
    """Collect each source into a folder of its own, whole or not at all; one that fails leaves the others alone."""
    mount, staging = Path(str(settings["mount"])), Path(str(settings["staging"]))
    if not mount.is_mount():
        raise RefusedError(f"{mount}: expected the data disk here, nothing is mounted")
    failed: dict[str, str] = {}
    sources = settings["sources"]
    for name, source in sources.items() if isinstance(sources, dict) else ():
        new, done, began = staging / f".{name}", staging / name, time.time()
        shutil.rmtree(new, ignore_errors=True)
        try:
            new.mkdir(mode=0o750)
            content = COLLECTORS[source["kind"]](source, new)
            _write_manifest(new, {"source": name, "kind": source["kind"], "began": began, **content})
        except (OSError, RefusedError, sqlite3.Error, tarfile.TarError, subprocess.CalledProcessError) as error:
            shutil.rmtree(new, ignore_errors=True)
            said = error.stderr if isinstance(error, subprocess.CalledProcessError) else ""
            failed[name] = f"not collected: {error} {_text(said)}".strip()
            continue
        shutil.rmtree(done, ignore_errors=True)
        new.rename(done)
    found = {"failed": failed, "uncovered": [*uncovered(settings)]}
    (staging / "collected.json").write_text(json.dumps(found), encoding="utf-8")


def uncovered(settings: Json) -> Iterator[str]:
    """Yield each volume of Docker and each folder of the data disk that no source names and nobody left out."""
    named = {str(each).rstrip("/") for each in _list(settings["accounted"])}
    folders = [f"{path}" for path in sorted(Path(str(settings["mount"])).iterdir()) if path.name != "lost+found"]
    if shutil.which("docker"):
        folders += [f"volume {name}" for name in _said(["docker", "volume", "ls", "--quiet"]).split()]
    yield from (folder for folder in folders if folder not in named)


def _write_manifest(folder: Path, content: Mapping[str, object]) -> None:
    files = {}
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            files[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    size = sum(path.stat().st_size for path in folder.iterdir())
    (folder / "manifest.json").write_text(json.dumps({**content, "files": files, "bytes": size}, indent=1))


def _write_from(command: list[str], target: Path) -> None:
    with target.open("wb") as file:
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.PIPE, check=True)
        os.fsync(file.fileno())


def _said(command: list[str]) -> str:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True).stdout


def _connection(database: str) -> str:
    quoted = database.replace("\\", "\\\\").replace("'", "\\'")
    return f"dbname='{quoted}'"


def _expect_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE_BYTES:
        raise RefusedError(f"{folder.parent}: {free:,} bytes are free, expected {needed + SPARE_BYTES:,}")


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else sum(each.lstat().st_size for each in path.rglob("*"))


def _text(said: object) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else str(said or "")


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def main() -> int:
    """Collect, unless another backup runs."""
    os.umask(0o027)
    with LOCK.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.stderr.write("another backup runs\n")
            return BUSY
        try:
            collect(json.loads(SETTINGS.read_text()))
        except (OSError, RefusedError, subprocess.CalledProcessError) as error:
            sys.stderr.write(f"nothing was collected: {error}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
