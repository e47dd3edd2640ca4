"""Collect what this host's backup holds; runs on the host, as root, and asks nothing but what runs on the host.

This file is placed on the hosts as it stands: the standard library alone, and nothing of ours.
"""

import contextlib
import fcntl
import hashlib
import http.client
import json
import os
import shutil
import sqlite3
import ssl
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

SETTINGS = Path("/etc/factory/backup/settings.json")
LOCK = Path("/run/lock/factory-backup")
BUSY = 75
"""Exit code when another backup runs."""
SPARE_BYTES = 64 * 1024 * 1024
ROOT = Path("/etc/factory/backup/root.crt")
KUBECTL = ("k3s", "kubectl", "--request-timeout=60s")
# Without their replicas, volumes that are put back would be given blank ones.
OBJECTS = (
    "persistentvolumes", "persistentvolumeclaims", "storageclasses.storage.k8s.io", "volumes.longhorn.io",
    "engines.longhorn.io", "replicas.longhorn.io", "nodes.longhorn.io", "settings.longhorn.io",
)  # fmt: skip
VAULT_SECONDS = 300
TOKEN_AUDIENCE = "vault"  # noqa: S105 - whom the token is for

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


def collect_cluster(source: Json, folder: Path) -> Json:
    """Keep the objects that say which data on which disk belong to which claim, as the cluster's API gives them."""
    del source
    served = _said([*KUBECTL, "api-resources", "--verbs=list", "--output=name"]).split()
    kinds = [kind for kind in OBJECTS if kind in served]
    found = json.loads(_said([*KUBECTL, "get", ",".join(kinds), "--all-namespaces", "--output=json"]))
    (folder / "objects.json").write_text(json.dumps(found), encoding="utf-8")
    counts: dict[str, int] = {}
    for each in found["items"]:
        kind = f"{each['kind']}.{each['apiVersion'].partition('/')[0]}"
        counts[kind] = counts.get(kind, 0) + 1
    return {"objects": counts}


def collect_vault(source: Json, folder: Path) -> Json:
    """Have Vault make a snapshot of its storage, with a right that a service account of the cluster has for that."""
    vault = Vault(str(source["url"]))
    if vault.ask("sys/seal-status")["sealed"]:
        raise RefusedError("Vault is sealed: `./factory vault unseal`, then `./factory backup run`")
    account = [str(source["account"]), f"--namespace={source['namespace']}"]
    words = ["create", "token", *account, f"--audience={TOKEN_AUDIENCE}", "--duration=10m"]
    let_in = vault.ask("auth/kubernetes/login", {"role": str(source["role"]), "jwt": _said([*KUBECTL, *words]).strip()})
    auth = let_in["auth"]
    vault.token = str(auth["client_token"]) if isinstance(auth, dict) else ""
    try:
        with vault.opened("sys/storage/raft/snapshot") as answer, (folder / "vault.snap").open("wb") as file:
            shutil.copyfileobj(answer, file)
    finally:
        vault.ask("auth/token/revoke-self", {})
    if fault := snapshot_fault(folder / "vault.snap"):
        raise RefusedError(fault)
    return {}


class Vault:
    """Vault on this host, asked as whoever has the token."""

    def __init__(self, url: str) -> None:
        """Trust the root of the lab alone."""
        self.token = ""
        self._url = url
        self._trust = ssl.create_default_context(cafile=str(ROOT))

    def ask(self, path: str, content: Mapping[str, str] | None = None) -> dict[str, object]:
        """Return what it answers."""
        with self.opened(path, content) as answer:
            said = answer.read()
        found = json.loads(said or b"{}")
        return found if isinstance(found, dict) else {}

    @contextlib.contextmanager
    def opened(self, path: str, content: Mapping[str, str] | None = None) -> Iterator[http.client.HTTPResponse]:
        """Give its answer as it comes."""
        data = None if content is None else json.dumps(content).encode()
        headers, url = {"X-Vault-Token": self.token}, f"{self._url}/v1/{path}"
        asked = urllib.request.Request(url, data=data, headers=headers)  # noqa: S310 - https, by the layer's settings
        trust = self._trust
        try:
            with urllib.request.urlopen(asked, timeout=VAULT_SECONDS, context=trust) as answer:  # noqa: S310 - the same
                yield answer
        except urllib.error.HTTPError as error:
            raise RefusedError(f"Vault, {path}: {error.code} {error.read().decode(errors='replace')[:300]}") from error


def snapshot_fault(file: Path) -> str:
    """Return what is wrong with a snapshot: one that is cut off is an answer like any other."""
    try:
        with tarfile.open(file) as archive:
            sums = {item.name: _digest(archive, item) for item in archive if item.isfile()}
            listed = archive.extractfile("SHA256SUMS")
            wanted = [line.split() for line in (listed.read() if listed else b"").decode().splitlines()]
    except (OSError, EOFError, KeyError, tarfile.TarError, zlib.error) as error:
        return f"no whole snapshot of Vault: {error}"
    if "state.bin" not in [name for _, name in wanted]:
        return "no whole snapshot of Vault: it lists no state"
    wrong = [name for digest, name in wanted if sums.get(name) != digest]
    return f"a snapshot of Vault with other bytes than it lists: {', '.join(wrong)}" if wrong else ""


def _digest(archive: tarfile.TarFile, item: tarfile.TarInfo) -> str:
    found = archive.extractfile(item)
    return hashlib.sha256(found.read() if found else b"").hexdigest()


FAULTS = (
    OSError, RefusedError, sqlite3.Error, tarfile.TarError, subprocess.CalledProcessError, KeyError, ValueError,
)  # fmt: skip
COLLECTORS = {
    "postgres": collect_postgres,
    "files": collect_files,
    "cluster": collect_cluster,
    "vault": collect_vault,
}


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
        except FAULTS as error:
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
