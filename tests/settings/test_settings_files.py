"""Each file beside this one is a case: the valid ones are taken, the invalid ones say in their first lines why not."""

import itertools
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from stacks.faults import RefusedSettingsError
from stacks.hosts_settings import read_hosts_settings
from stacks.main_settings import read_main_settings
from stacks.settings import read_postgres_settings

HERE = Path(__file__).parent
STACKS: dict[str, Callable[[str], object]] = {
    "postgres": read_postgres_settings,
    "hosts": read_hosts_settings,
    "main": read_main_settings,
}
"""Stack → what reads its settings; the files of `postgres` lie here, those of another in a folder of its name."""
SECRET = "hunter2"  # noqa: S105 - stands for a secret in the files, is none


def _files(kind: str, stack: str) -> list[Path]:
    return sorted((HERE / ("" if stack == "postgres" else stack) / kind).glob("*.yaml"))


def _cases(kind: str) -> list[object]:
    return [pytest.param(stack, file, id=f"{stack}-{file.stem}") for stack in STACKS for file in _files(kind, stack)]


def _expected(file: Path) -> str:
    lines = file.read_text(encoding="utf-8").splitlines()
    comment = itertools.takewhile(lambda line: line.startswith("# "), lines)
    return "\n".join(line.removeprefix("# ") for line in comment)


def _read(stack: str, file: Path) -> object:
    return STACKS[stack](json.dumps(yaml.safe_load(file.read_text(encoding="utf-8"))))


@pytest.mark.parametrize(("stack", "file"), _cases("invalid"))
def test_invalid_settings_are_refused(stack: str, file: Path) -> None:
    """The whole message is the one that the file begins with, and repeats nothing that may be a secret."""
    with pytest.raises(RefusedSettingsError) as refusal:
        _read(stack, file)

    assert str(refusal.value) == _expected(file)
    assert SECRET not in str(refusal.value)


@pytest.mark.parametrize(("stack", "file"), _cases("valid"))
def test_valid_settings_are_taken(stack: str, file: Path) -> None:
    """The file is taken, and means something."""
    assert _read(stack, file)


@pytest.mark.parametrize("file", _files("valid", "postgres"), ids=lambda file: file.stem)
def test_applications_have_their_names(file: Path) -> None:
    """Every application in the file has its names."""
    settings = read_postgres_settings(json.dumps(yaml.safe_load(file.read_text(encoding="utf-8"))))

    assert [app.name for app in settings.apps] == [application.name for application in settings.applications]


@pytest.mark.parametrize("file", _files("valid", "hosts"), ids=lambda file: file.stem)
def test_machines_are_reached_as_declared(file: Path) -> None:
    """Each machine in the file is reached by its address, or by the way that stands beside it."""
    settings = read_hosts_settings(json.dumps(yaml.safe_load(file.read_text(encoding="utf-8"))))

    for host in settings.hosts:
        assert host.connection["name"] == host.name
        assert host.connection["address"] == (host.reach or host.address)


@pytest.mark.parametrize(("stack", "invalid", "valid"), [("postgres", 20, 4), ("hosts", 20, 2), ("main", 20, 2)])
def test_there_are_files(stack: str, invalid: int, valid: int) -> None:
    """The cases above are found: an empty folder would prove nothing."""
    assert len(_files("invalid", stack)) >= invalid
    assert len(_files("valid", stack)) >= valid
