"""The PostgreSQL server as Vault reaches it."""

import dataclasses

import pulumi


@dataclasses.dataclass(frozen=True, kw_only=True)
class DatabaseServer:
    """Where it is, and as whom Vault makes users there."""

    host: str
    """Address of the connection pooler."""
    port: int
    """Its port."""
    sslmode: str
    """How the connection is encrypted."""
    editor: pulumi.Input[str]
    """Role that makes the users."""
    password: pulumi.Output[str]
    """Its password."""
    without: list[str] = dataclasses.field(default_factory=list)
    """Instances that have no database there."""
