"""Two labs at once."""

from pathlib import Path

import pytest

from rehearsal.machines.machines import Machines

pytestmark = pytest.mark.slow


def test_two_labs_have_the_same_addresses_and_do_not_meet(place: Path, lab: Machines) -> None:
    """A second lab with the same names and addresses runs beside the first; each has its own machines and disks."""
    with Machines(place / "second", names=["pi1"], disk_mib=64) as second:
        assert second["pi1"].address == lab["pi1"].address
        second["pi1"].run(f"echo second | sudo tee ~/mark {second['pi1'].data_disk}")
        second["pi1"].kill()

        assert lab["pi1"].run("test -e ~/mark", check=False).returncode == 1
        assert lab["pi1"].run(f"sudo head -c 6 {lab['pi1'].data_disk}").stdout != "second"
    assert lab["pi1"].running
