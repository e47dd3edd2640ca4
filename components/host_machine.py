"""One machine, and the layers that it is given one after the other."""

import dataclasses
from collections.abc import Mapping, Sequence

import pulumi

from provider.resources import HostLayer

HOLDS_DATA = frozenset(
    {"disks", "pki", "pki_replica", "postgres", "gitea", "k3s", "longhorn", "vault", "volume_backups", "backup_keeper"}
)
"""Layers whose loss would lose data; a test compares this with what the layers say of themselves."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class HostMachineArgs:
    """How the machine is reached."""

    connection: Mapping[str, str | int]
    """Name, address and what else ssh must know."""


class HostMachine(pulumi.ComponentResource):
    """One machine. Its layers come in the order in which they are given; none begins before the last one is done."""

    def __init__(self, name: str, args: HostMachineArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the machine; `give` gives it layers."""
        super().__init__("factory:hosts:Machine", name, vars(args), opts)
        self._name = name
        self._connection = args.connection
        self._layers: dict[str, HostLayer] = {}
        self.register_outputs({})

    def give(
        self,
        layer: str,
        settings: Mapping[str, object],
        *,
        given: Mapping[str, pulumi.Input[str]],
        after: Sequence[HostLayer] = (),
        done_on: Mapping[str, str | int] | None = None,
    ) -> HostLayer:
        """Declare *layer*, which also waits for the layers of other machines in *after*; what holds data is kept.

        What is done for this machine on another one is reached by the connection *done_on*.
        """
        kept = layer in HOLDS_DATA
        last = [*self._layers.values()][-1:]
        made = HostLayer(
            f"{self._name}-{layer}",
            host=done_on or self._connection,
            layer=layer,
            settings=settings,
            given=given,
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[*last, *after], protect=kept, retain_on_delete=kept or None
            ),
        )
        self._layers[layer] = made
        return made
