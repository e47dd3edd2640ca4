"""Each file in the folder `hosts` is a case: valid ones are taken, invalid ones say in their first lines why not."""

import itertools
import json
from pathlib import Path

import pytest
import yaml

from stacks.faults import RefusedSettingsError
from stacks.hosts_settings import HostsSettings, read_hosts_settings

HERE = Path(__file__).parent / "hosts"
SECRET = "hunter2"  # noqa: S105 - stands for a secret in the files, is none


def _files(folder: str) -> list[Path]:
    return sorted((HERE / folder).glob("*.yaml"))


def _expected(file: Path) -> str:
    lines = file.read_text(encoding="utf-8").splitlines()
    comment = itertools.takewhile(lambda line: line.startswith("# "), lines)
    return "\n".join(line.removeprefix("# ") for line in comment)


def _read(file: Path) -> HostsSettings:
    return read_hosts_settings(json.dumps(yaml.safe_load(file.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("file", _files("invalid"), ids=lambda file: file.stem)
def test_invalid_settings_are_refused(file: Path) -> None:
    """The whole message is the one that the file begins with, and repeats nothing that may be a secret."""
    with pytest.raises(RefusedSettingsError) as refusal:
        _read(file)

    assert str(refusal.value) == _expected(file)
    assert SECRET not in str(refusal.value)


@pytest.mark.parametrize("file", _files("valid"), ids=lambda file: file.stem)
def test_valid_settings_are_taken(file: Path) -> None:
    """The file is taken, and each machine is reached as it says."""
    settings = _read(file)

    for host in settings.hosts:
        assert host.connection["name"] == host.name
        assert host.connection["address"] in {host.address, host.reach}


def test_there_are_files() -> None:
    """The cases above are found: an empty folder would prove nothing."""
    assert len(_files("invalid")) >= 20
    assert len(_files("valid")) >= 2
