"""A dump of PostgreSQL 16, as the hosts make it, in servers of other versions."""

import json
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from hosts.backup import collect
from ops.backup_evidence.scratch_databases import NotRestoredError, restored_databases
from rehearsal.part import PartMissingError, find_part
from rehearsal.parts import PostgresVersion, postgresql
from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.postgresql import PostgresServer
from rehearsal.servers.postgresql_install import postgresql_install

pytestmark = [pytest.mark.slow, pytest.mark.long]

VERSIONS: list[PostgresVersion] = ["15", "16", "17", "18"]
DOCKER = """#!/bin/sh
# `docker exec --interactive --user postgres NAME PROGRAM …`, without the container.
shift 5
export PGHOST={host} PGPORT={port} PGUSER={user} PGPASSWORD={password} PATH={programs}:$PATH
exec "$@"
"""
ROLES = """
CREATE ROLE "the shop" LOGIN PASSWORD 'of the test'; CREATE ROLE editor CREATEROLE; CREATE ROLE reader;
GRANT "the shop" TO editor WITH ADMIN OPTION; GRANT reader TO "the shop" WITH INHERIT FALSE;
GRANT SET ON PARAMETER log_statement TO editor WITH GRANT OPTION;
CREATE DATABASE "my-shop" OWNER "the shop";
"""
TABLES = """
CREATE TYPE size AS ENUM ('small', 'large');
CREATE TABLE goods (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text COLLATE "C" UNIQUE NULLS NOT DISTINCT,
  price numeric(10, 2) CHECK (price >= 0), size size DEFAULT 'small', more jsonb, picture bytea, made timestamptz);
INSERT INTO goods (name, price, more, picture, made)
  SELECT 'name ' || i, i / 7.0, jsonb_build_object('i', i), sha256(i::text::bytea), now() - i * interval '1 h'
  FROM generate_series(1, 3000) i;
CREATE TABLE sold (good int REFERENCES goods, day date) PARTITION BY RANGE (day);
CREATE TABLE sold_2026 PARTITION OF sold FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO sold SELECT id, date '2026-01-01' + id % 300 FROM goods;
CREATE INDEX ON goods USING gin (more); CREATE MATERIALIZED VIEW best AS SELECT good, count(*) FROM sold GROUP BY good;
CREATE FUNCTION total() RETURNS numeric LANGUAGE sql BEGIN ATOMIC SELECT sum(price) FROM goods; END;
GRANT SELECT ON goods TO reader; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader;
"""


@pytest.fixture(scope="module")
def kept() -> Iterator[Path]:
    """Have the hosts' own program dump a server of 16, of which no more is needed then."""
    with own_folder() as folder:
        with PostgresServer("16", folder=folder / "server") as server:
            with server.connect() as connection:
                for statement in ROLES.split(";")[:-1]:
                    connection.execute(statement.encode())
            with server.connect("my-shop") as connection:
                connection.execute(TABLES.encode())
            programs = postgresql_install("16", copy=folder / "server" / "install").path / "bin"
            docker = folder / "bin" / "docker"
            docker.parent.mkdir()
            words = {
                "host": server.host, "port": str(server.port), "user": server.superuser, "password": server.password,
                "programs": str(programs),
            }  # fmt: skip
            docker.write_text(DOCKER.format(**{name: shlex.quote(word) for name, word in words.items()}))
            docker.chmod(0o700)
            archive = folder / "archive"
            archive.mkdir()
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("PATH", f"{docker.parent}:/usr/bin:/bin")
                manifest = collect.collect_postgres({"container": "postgres"}, archive)
        (archive / "manifest.json").write_text(json.dumps(manifest))
        yield archive


@pytest.mark.parametrize("version", VERSIONS)
def test_each_version_has_all_of_it(kept: Path, version: PostgresVersion) -> None:
    """Every table has as many rows and the same sum as when it was collected, in older and newer servers."""
    try:
        find_part(postgresql(version))
    except PartMissingError as error:
        pytest.skip(str(error))
    wanted = json.loads((kept / "manifest.json").read_text())

    found = _restored(kept, wanted, into=version)

    tables = {name: database["tables"] for name, database in wanted["databases"].items()}
    assert found == tables
    assert {name: told.split()[0] for name, told in tables["my-shop"].items()} == {
        "public.goods": "3000", "public.sold_2026": "3000",
    }  # fmt: skip


def test_one_row_less_is_seen(kept: Path, tmp_path: Path) -> None:
    """What is compared says so: a dump with one digit changed does not give the same sum."""
    wanted = json.loads((kept / "manifest.json").read_text())
    changed = tmp_path / "changed"
    changed.mkdir()
    for file in kept.iterdir():
        content = file.read_bytes()
        (changed / file.name).write_bytes(content.replace(b"\tname 1777\t", b"\tname 1778\t"))
    (file, *_) = [database["file"] for name, database in wanted["databases"].items() if name == "my-shop"]
    assert (changed / file).read_bytes() != (kept / file).read_bytes()

    with pytest.raises(NotRestoredError, match="goods_name_key"):
        _restored(changed, wanted, into="16")


def _restored(
    folder: Path, manifest: Mapping[str, Mapping[str, Mapping[str, str]]], *, into: PostgresVersion
) -> Mapping[str, Mapping[str, str]]:
    files = {name: folder / database["file"] for name, database in manifest["databases"].items()}
    roles, version = folder / "globals.sql", str(manifest["version"])
    with own_folder() as place:
        return restored_databases(files, roles=roles, version=version, scratch=place, into=into)
