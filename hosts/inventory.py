"""A machine, and how it is reached."""

from typing import Annotated

from pydantic import Field, StringConstraints

from hosts.model import Model

HostName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
Reachable = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:_][A-Za-z0-9:._-]*$")]
Jump = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9:@,._-]*$")]
Path = Annotated[str, StringConstraints(pattern=r"^[~/][^\n]*$")]
HostKey = Annotated[str, StringConstraints(pattern=r"^(ssh-|ecdsa-|sk-)[a-z0-9@.-]+ [A-Za-z0-9+/]+=*$")]


class Machine(Model):
    """One machine; what is None is left to the OpenSSH configuration of who connects."""

    name: HostName
    """Name in settings, plans and messages."""
    address: Reachable
    """Address, or a name that the OpenSSH configuration or the resolver knows."""
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """Port of the SSH server."""
    user: Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_-]*$")] | None = None
    """Login user; root, or one who may use sudo without a password."""
    identity: Path | None = None
    """File of the private key; `~` is the home of who connects."""
    jump: Jump | None = None
    """Machines to go through, as OpenSSH's ProxyJump."""
    host_key: HostKey | None = None
    """Public key of the machine, kind and key; without it one of the known hosts of OpenSSH must fit."""
