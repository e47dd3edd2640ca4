"""What systemd is told, for each way in which a unit may be found."""

import dataclasses

import pytest

from hosts.facts.service_state import Service, ServiceState
from hosts.operations.running_service import service_verbs

RUNS = Service(known=True, active=True, enabled=True, masked=False, outdated=False, older_than_its_files=False)


@pytest.mark.parametrize(
    ("found", "verbs"),
    [
        ({}, []),
        ({"active": False}, ["restart"]),
        ({"enabled": False}, ["enable"]),
        ({"older_than_its_files": True}, ["restart"]),
        ({"outdated": True}, ["daemon-reload"]),
        ({"known": False, "active": False, "enabled": False}, ["daemon-reload", "enable", "restart"]),
        ({"masked": True, "active": False, "enabled": False}, ["unmask", "daemon-reload", "enable", "restart"]),
    ],
)
def test_only_what_is_missing_is_told(found: dict[str, bool], verbs: list[str]) -> None:
    """A unit that runs with its newest files is left alone; each drift has its own remedy."""
    assert service_verbs(dataclasses.replace(RUNS, **found), ahead=False) == verbs


def test_change_ahead_is_a_restart() -> None:
    """While preparing, a file that will be placed counts as newer than the unit's start."""
    assert service_verbs(RUNS, ahead=True) == ["daemon-reload", "restart"]


@pytest.mark.parametrize(("newest", "older"), [("1700000000.5", True), ("1699999999.5", False), ("", False)])
def test_files_are_compared_with_the_start(newest: str, *, older: bool) -> None:
    """A file that was written after the start makes the unit due, to the fraction of a second; no file never does."""
    found = ServiceState().process(
        [
            "LoadState=loaded",
            "ActiveState=active",
            "UnitFileState=enabled",
            "NeedDaemonReload=no",
            "ActiveEnterTimestamp=Tue 2023-11-14 22:13:20.000001 UTC",
            f"Newest={newest}",
        ]
    )
    assert found == dataclasses.replace(RUNS, older_than_its_files=older)
