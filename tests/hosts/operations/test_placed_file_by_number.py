"""An owner given by number: an account of a container, which the host may call otherwise or not know."""

import os
from pathlib import Path

import pytest

from hosts.operations.placed_file import placed_file
from tests.hosts.on_this_machine import on_this_machine

UNKNOWN = "64242"
"""A number that no account here has."""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("owner", ["0", UNKNOWN])
def test_number_is_compared_with_number(tmp_path: Path, owner: str) -> None:
    """A file owned by a number is as declared, whether the host has a name for it or not."""
    dest = tmp_path / "file"

    def declare() -> object:
        return placed_file(name="Place", text="text\n", dest=str(dest), user=owner, group=owner)

    first = on_this_machine(declare, apply=True)
    second = on_this_machine(declare, apply=False)

    assert first.pending == ("Place",)
    assert second.pending == ()
    assert (dest.stat().st_uid, dest.stat().st_gid) == (int(owner), int(owner))
