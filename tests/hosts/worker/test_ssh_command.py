"""The ssh command line for a machine, as values."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from hosts.inventory import Machine
from hosts.worker.ssh_command import addressed, only_known, ssh_command


def test_what_is_not_said_is_left_to_openssh() -> None:
    """A machine with an address alone gets no user, port or key on the command line."""
    assert addressed(Machine(name="pi1", address="pi1.home")) == ["--", "pi1.home"]


def test_everything_said() -> None:
    """User, port, key and jump are passed on; with a key of its own no other one is offered."""
    machine = Machine(name="pi1", address="192.0.2.1", user="pi", port=2222, identity="/keys/id", jump="pi@gate:22")
    assert addressed(machine) == [
        *("-o", "IdentitiesOnly=yes", "-i", "/keys/id", "-p", "2222", "-l", "pi", "-J", "pi@gate:22"),
        *("--", "192.0.2.1"),
    ]  # fmt: skip


def test_keys_only_and_no_question() -> None:
    """Ssh asks nobody, takes no password and no unknown key, and shares no connection."""
    command = ssh_command(Machine(name="pi1", address="192.0.2.1"), "true")
    assert command[-3:] == ["--", "192.0.2.1", "true"]
    for option in (
        "BatchMode=yes", "PreferredAuthentications=publickey", "StrictHostKeyChecking=yes", "ControlPath=none",
        "ConnectTimeout=10",
    ):  # fmt: skip
        assert option in command


def test_a_pinned_key_is_the_only_one() -> None:
    """With a pinned key no other file of known hosts is read."""
    options = only_known(Machine(name="pi1", address="192.0.2.1"), known_hosts=Path("/k"))
    assert options == {"UserKnownHostsFile": "/k", "GlobalKnownHostsFile": "/dev/null", "HostKeyAlias": "pi1"}


@pytest.mark.parametrize(
    "changed",
    [
        {"address": "-oProxyCommand=x"},
        {"address": "a b"},
        {"user": "-l"},
        {"jump": "-x"},
        {"identity": "relative"},
        {"name": "Pi1"},
        {"port": 0},
        {"host_key": "ssh-ed25519 AAAA\nother ssh-ed25519 BBBB"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_what_could_be_an_option_is_refused(changed: dict[str, object]) -> None:
    """Nothing that begins with a hyphen, has a space or a second line gets onto the command line."""
    with pytest.raises(ValidationError):
        Machine.model_validate({"name": "pi1", "address": "192.0.2.1", **changed})
