"""How a Vault's seal is."""

import dataclasses
from collections.abc import Mapping
from typing import Self

from provider.factory_error import FactoryError


@dataclasses.dataclass(frozen=True, kw_only=True)
class SealStatus:
    """What a Vault says of itself to everybody, sealed or not."""

    initialized: bool
    """Whether it has keys."""
    sealed: bool
    """Whether it waits for shares."""
    shares: int
    """How many shares there are; 0 before it is initialised."""
    threshold: int
    """How many of them open it; 0 before it is initialised."""
    given: int
    """How many of them it was given so far."""
    version: str
    """Version of the server."""
    cluster: str | None
    """Its own id, made at the first unsealing; a sealed one does not tell it."""

    @classmethod
    def read(cls, content: object, *, url: str) -> Self:
        """Read what `sys/seal-status` or `sys/unseal` of the Vault at *url* answers."""
        if not isinstance(content, Mapping) or not isinstance(content.get("sealed"), bool):
            raise FactoryError(f"{url} does not answer as Vault does: expected the status of its seal")
        if (kind := content.get("type")) != "shamir":
            raise FactoryError(
                f"Vault at {url} has a seal of the type {kind}. Expected shamir: shares that people keep"
            )
        cluster = content.get("cluster_id")
        return cls(
            initialized=content.get("initialized") is True,
            sealed=content["sealed"],
            shares=int(content.get("n", 0)),
            threshold=int(content.get("t", 0)),
            given=int(content.get("progress", 0)),
            version=str(content.get("version", "")),
            cluster=str(cluster) if cluster else None,
        )

    @property
    def needed(self) -> int:
        """How many shares it still needs."""
        return self.threshold - self.given if self.sealed else 0
