"""A lab for the tests of the machines."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.machines.machine import Machine
from rehearsal.machines.machines import Machines
from rehearsal.machines.requirements import MachinesUnavailableError, require_machines
from rehearsal.servers.own_folder import own_folder


@pytest.fixture(scope="package")
def able() -> None:
    """Skip where no machine can run."""
    try:
        require_machines()
    except MachinesUnavailableError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="package")
def place(able: None) -> Iterator[Path]:
    """Give a folder for labs."""
    del able
    with own_folder() as folder:
        yield folder


@pytest.fixture(scope="package")
def lab(place: Path) -> Iterator[Machines]:
    """Run three machines for all tests of this package; each test leaves them up and connected."""
    with Machines(place / "lab", disk_mib=256) as lab:
        yield lab


@pytest.fixture
def pi1(lab: Machines) -> Machine:
    """Give one machine."""
    return lab["pi1"]
