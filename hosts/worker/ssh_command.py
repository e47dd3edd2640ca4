"""The `ssh` command line for a machine."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from hosts.inventory import Machine

CONNECT_SECONDS = 10
"""A connection that is not there by then is given up."""
SILENT_SECONDS = 15
"""A machine that says nothing for so long is given up, also in the middle of an operation."""
_ASKED_EVERY = 5

ALWAYS = {
    "BatchMode": "yes",
    "ConnectTimeout": str(CONNECT_SECONDS),
    # A connection shared with another program would outlive ours, and would prove nothing to the lock-out guard.
    "ControlMaster": "no",
    "ControlPath": "none",
    # Less would not tell why a connection that stood has ended.
    "LogLevel": "INFO",
    "PermitLocalCommand": "no",
    "PreferredAuthentications": "publickey",
    "RemoteCommand": "none",
    "RequestTTY": "no",
    "ServerAliveCountMax": str(SILENT_SECONDS // _ASKED_EVERY),
    "ServerAliveInterval": str(_ASKED_EVERY),
    "StrictHostKeyChecking": "yes",
    "UpdateHostKeys": "no",
}


def ssh_command(machine: Machine, *remote: str, options: Mapping[str, str] | None = None) -> Sequence[str]:
    """Return the command that runs *remote* on *machine*; *options* of OpenSSH come before those that always hold."""
    return ["ssh", *_as_arguments({**ALWAYS, **(options or {})}), *addressed(machine), *remote]


def only_known(machine: Machine, *, known_hosts: Path) -> Mapping[str, str]:
    """Return the options by which *known_hosts* alone says which key *machine* has, under its name."""
    return {
        "UserKnownHostsFile": str(known_hosts),
        "GlobalKnownHostsFile": "/dev/null",
        "HostKeyAlias": machine.name,
    }


def addressed(machine: Machine) -> Sequence[str]:
    """Return the part of the command that says where to, and as whom."""
    options = {} if machine.identity is None else {"IdentitiesOnly": "yes"}
    words = _as_arguments(options)
    if machine.identity is not None:
        words += ["-i", str(Path(machine.identity).expanduser())]
    if machine.port is not None:
        words += ["-p", str(machine.port)]
    if machine.user is not None:
        words += ["-l", machine.user]
    if machine.jump is not None:
        words += ["-J", machine.jump]
    return [*words, "--", machine.address]


def _as_arguments(options: Mapping[str, str]) -> list[str]:
    return [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
