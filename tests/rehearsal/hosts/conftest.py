"""Machines with all their layers, for the tests of the rehearsal's own checks and of the runbooks."""

from collections.abc import Iterator

import pytest

from rehearsal.bring_up import CHECKOUT, STAND_INS, Wishes
from rehearsal.checks.hosts.runs import check_first_run
from rehearsal.hosts.bring_up import HostsLab, bring_up_hosts
from rehearsal.machines.requirements import MachinesUnavailableError, require_machines
from rehearsal.part import FoundPart
from rehearsal.servers.own_folder import own_folder
from rehearsal.show import Show


@pytest.fixture(scope="package")
def up() -> Iterator[HostsLab]:
    """Bring three machines up once; each test leaves them as declared."""
    try:
        require_machines()
    except MachinesUnavailableError as error:
        pytest.skip(str(error))
    plugins = {
        name: FoundPart(path=CHECKOUT / "rehearsal" / "standins" / name, origin="stand-in") for name in STAND_INS
    }
    wishes = Wishes(engine="embedded", machines=True)
    with (
        own_folder() as folder,
        bring_up_hosts(folder, wishes, engine="embedded", plugins=plugins, show=Show(0)) as lab,
    ):
        check_first_run(lab)
        yield lab
