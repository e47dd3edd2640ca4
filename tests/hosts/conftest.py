"""The machines that all tests of hosts share."""

from collections.abc import Iterator

import pytest

from rehearsal.machines.machines import Machines
from rehearsal.machines.requirements import MachinesUnavailableError, require_machines


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """Start three machines once for all tests; a test that leaves one changed resets it."""
    try:
        require_machines()
    except MachinesUnavailableError as error:
        pytest.skip(str(error))
    with Machines(tmp_path_factory.mktemp("lab") / "machines", disk_mib=1024) as machines:
        yield machines


@pytest.fixture(autouse=True)
def _all_machines_on(request: pytest.FixtureRequest) -> Iterator[None]:
    """Switch on, after a test, what it left switched off, so that its failure is not that of all that follow."""
    yield
    if "lab" in request.fixturenames:
        for machine in request.getfixturevalue("lab"):
            if not machine.running:
                machine.start()
