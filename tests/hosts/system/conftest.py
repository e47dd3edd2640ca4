"""One machine for all tests of this folder; it is given each layer once, by the first test that needs it."""

from collections.abc import Iterator

import pytest

from hosts.layer import Given
from hosts.layers import base, disks, docker
from hosts.worker.layer_work import Outcome
from rehearsal.machines.machines import Machines
from rehearsal.servers.certificate import throw_away_certificate
from tests.hosts.system.settings import BASE, DISKS, DOCKER
from tests.hosts.system.tried_machine import TriedMachine


@pytest.fixture(scope="package")
def host(lab: Machines) -> Iterator[TriedMachine]:
    """Give a bare machine."""
    machine = lab["pi3"]
    machine.reset()
    machine.start()
    yield TriedMachine(lab=lab, machine=machine)
    machine.reset()
    machine.start()


@pytest.fixture(scope="package")
def with_base(host: TriedMachine) -> Outcome:
    """Apply the layer base to the bare machine."""
    return host.apply(base.LAYER, BASE)


@pytest.fixture(scope="package")
def with_disk(host: TriedMachine, with_base: Outcome) -> Outcome:
    """Apply the layer disks."""
    del with_base
    return host.apply(disks.LAYER, DISKS)


@pytest.fixture(scope="package")
def given() -> Given:
    """Return what the layer docker is given."""
    _, certificate = throw_away_certificate("192.0.2.1")
    return {"root_certificate": certificate}


@pytest.fixture(scope="package")
def with_docker(host: TriedMachine, with_disk: Outcome, given: Given) -> Outcome:
    """Apply the layer docker."""
    del with_disk
    return host.apply(docker.LAYER, DOCKER, given)
