"""Servers for the tests of the rehearsal."""

from collections.abc import Iterator

import pytest

from rehearsal.parts import PostgresVersion
from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.postgresql import PostgresServer

VERSIONS: list[PostgresVersion] = ["15", "16", "18"]


@pytest.fixture(scope="module", params=VERSIONS)
def each_server(request: pytest.FixtureRequest) -> Iterator[PostgresServer]:
    """Run one server of each version in turn."""
    with own_folder() as folder, PostgresServer(request.param, folder=folder / "pg") as server:
        yield server
