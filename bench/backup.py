"""The backup of a database beside `pg_dump | zstd`: `python -m bench.backup`.

Ours dumps, sums every table in the same snapshot, digests the files and keeps all in a repository that is encrypted and
stores once what did not change. All work on one server of this machine, in turns; the median counts. CPU is that of the
programs and of the server's sessions. Needs restic, zstd, and five times the size in --folder.
"""

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from rehearsal.servers.own_folder import PREFIX
from rehearsal.servers.postgresql import PostgresServer
from rehearsal.servers.postgresql_install import postgresql_install

_MEBIBYTE = 1 << 20
_ROW = 512
_TICKS = os.sysconf("SC_CLK_TCK")
# A third of it never repeats, the rest is words.
_FILL = """
CREATE TABLE rows (id bigint PRIMARY KEY, made timestamptz, name text, content text, picture bytea);
INSERT INTO rows SELECT i, now() - i * interval '1 second', 'customer number ' || i % 5000,
repeat('an invoice of the year ' || i % 40 || ', paid, ', 7), sha512(i::text::bytea) || sha512((-i)::text::bytea)
FROM generate_series(1, {rows}) i;
CREATE TABLE more AS SELECT i AS id, md5(i::text) AS name FROM generate_series(1, 10000) i; CHECKPOINT;
"""
_MORE = b"""
INSERT INTO rows SELECT id + (SELECT max(id) FROM rows), made, name, content, sha512(id::text::bytea) FROM rows
WHERE id <= (SELECT count(*) FROM rows) / 100
"""
_DOCKER = '#!/bin/sh\nshift 5\nexec "$@"\n'
"""Stands for `docker exec --interactive --user postgres CONTAINER`: the server here is in none."""
_COLLECT = (
    "import json, pathlib, sys; from hosts.backup import collect;"
    "folder = pathlib.Path(sys.argv[1]); found = collect.collect_postgres({'container': 'postgres'}, folder);"
    "collect._write_manifest(folder, {'source': 'postgres', 'kind': 'postgres', **found})"
)


class _Cost(NamedTuple):
    seconds: float
    programs: float
    server: float


def main(arguments: Sequence[str]) -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m bench.backup", description=__doc__)
    parser.add_argument("--data", type=int, default=1_024, metavar="MIB", help="size of the database")
    parser.add_argument("--rounds", type=int, default=3, help="of each; the median counts")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    given = parser.parse_args(arguments)
    if missing := [name for name in ("restic", "zstd") if shutil.which(name) is None]:
        parser.exit(3, f"{missing[0]} is missing. Expected it on PATH: apt-get install {missing[0]}\n")
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=given.folder))
    folder.chmod(0o711)
    try:
        with PostgresServer("16", folder=folder / "server") as server:
            _compare(server, folder, mebibytes=given.data, rounds=given.rounds)
    finally:
        shutil.rmtree(folder)


def _compare(server: PostgresServer, folder: Path, *, mebibytes: int, rounds: int) -> None:
    with server.connect() as session:
        session.execute("CREATE DATABASE shop")
    with server.connect("shop") as session:
        for statement in _FILL.format(rows=mebibytes * _MEBIBYTE // _ROW).split(";"):
            session.execute(statement.encode())
        row = session.execute("SELECT pg_database_size('shop')").fetchone()
    size = int(row[0]) if row else 0
    bench = _Bench(server, folder)
    sides: Mapping[str, Callable[[], int]] = {
        "`pg_dump \\| zstd`": bench.plain,
        "ours: dump, sums, digests": bench.collect,
        "ours: and into a new repository": bench.send_all,
        "ours: the next night, 1 % more rows, all of it": bench.send_changes,
    }
    costs: dict[str, list[_Cost]] = {name: [] for name in sides}
    stored: dict[str, int] = {}
    for _ in range(rounds):
        for name, side in sides.items():
            cost, kept = bench.cost(side)
            costs[name].append(cost)
            stored[name] = kept
    _say(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {size / _MEBIBYTE:,.0f} MiB, {rounds} rounds, ")
    _say(f"PostgreSQL {server.release}, load {os.getloadavg()[0]:.0f}")
    _say("| what | seconds | CPU of the programs | CPU of the server | on the disk | seconds against zstd's |")
    _say("| --- | --- | --- | --- | --- | --- |")
    first = statistics.median(cost.seconds for cost in costs[next(iter(sides))])
    for name, found in costs.items():
        wall, programs, inside = (statistics.median(each) for each in zip(*found, strict=True))
        size_there = f"{stored[name] / _MEBIBYTE:,.0f} MiB"
        _say(f"| {name} | {wall:.1f} s | {programs:.1f} s | {inside:.1f} s | {size_there} | {wall / first:.2f} |")


class _Bench:
    """The sides, and what they cost."""

    def __init__(self, server: PostgresServer, folder: Path) -> None:
        self._server = server
        self._folder = folder
        programs = folder / "programs"
        programs.mkdir()
        (programs / "docker").write_text(_DOCKER)
        (programs / "docker").chmod(0o755)
        passwords = folder / "pgpass"
        passwords.touch(mode=0o600)
        passwords.write_text(f"*:*:*:*:{server.password}\n")
        self._key = folder / "key"
        self._key.write_text("of the benchmark")
        installed = postgresql_install("16", copy=server.folder / "install").path / "bin"
        self._environment = {
            **os.environ, "PATH": f"{programs}:{installed}:{os.environ['PATH']}", "PGHOST": server.host,
            "PGPORT": str(server.port), "PGUSER": server.superuser, "PGPASSFILE": str(passwords),
        }  # fmt: skip

    def cost(self, side: Callable[[], int]) -> tuple[_Cost, int]:
        """Return what *side* costs, and how many bytes it put on the disk."""
        started, before, inside = time.monotonic(), os.times(), self._of_server()
        kept = side()
        seconds, after = time.monotonic() - started, os.times()
        programs = after.children_user + after.children_system - before.children_user - before.children_system
        return _Cost(seconds, programs, self._of_server() - inside), kept

    def plain(self) -> int:
        """Dump it the plain way, to the disk."""
        out = self._folder / "plain"
        out.unlink(missing_ok=True)
        self._run(["bash", "-c", f'set -o pipefail; pg_dump shop | zstd -q -o "{out}" && sync "{out}"'])
        return _bytes(out)

    def collect(self) -> int:
        """Collect it as the host does."""
        place = self._folder / "staging"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        self._run([sys.executable, "-c", _COLLECT, str(place)])
        return _bytes(place)

    def send_all(self) -> int:
        """Keep what was collected in a new repository."""
        repository = self._folder / "repository"
        shutil.rmtree(repository, ignore_errors=True)
        self._restic("init", "--repository-version", "2")
        self._restic("backup", str(self._folder / "staging"))
        return _bytes(repository)

    def send_changes(self) -> int:
        """Collect and keep it once more, a hundredth of the rows being new."""
        repository = self._folder / "repository"
        before = _bytes(repository)
        with self._server.connect("shop") as session:
            session.execute(_MORE)
        self.collect()
        self._restic("backup", str(self._folder / "staging"))
        return _bytes(repository) - before

    def _restic(self, *words: str) -> None:
        where = ["--repo", str(self._folder / "repository"), "--password-file", str(self._key)]
        self._run(["restic", *where, "--cache-dir", str(self._folder / "cache"), "--quiet", *words])

    def _run(self, command: Sequence[str]) -> None:
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr[-500:]}")

    def _of_server(self) -> float:
        """Return the CPU seconds of all sessions of the server that ended."""
        fields = Path(f"/proc/{self._server.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[13]) + int(fields[14])) / _TICKS


def _bytes(place: Path) -> int:
    if place.is_file():
        return place.stat().st_blocks * 512
    return sum(each.lstat().st_blocks * 512 for each in place.rglob("*") if not each.is_symlink())


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
