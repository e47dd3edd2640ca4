"""Reboot machines, one after the other, and only those that wait for it."""

import dataclasses
from collections.abc import AsyncIterator, Sequence

from pydantic import JsonValue

from provider.factory_error import FactoryError
from provider.hosts.worker_process import Answer, Tell, WorkerProcess
from stacks.host_layers import host_layers
from stacks.hosts_settings import Host, HostsSettings

LAYER = "base"
"""The layer that says why its machine waits for a reboot."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rebooted:
    """What became of one machine."""

    host: str
    reason: str
    """Why it waited for a reboot; empty when it did not."""
    seconds: str
    """How long it took until everything was up again; empty when it was left as it was."""


class Reboots:
    """One pass over the chosen machines."""

    def __init__(self, worker: WorkerProcess, settings: HostsSettings, *, anyway: bool, tell: Tell) -> None:
        """Have *worker* do it; *anyway* also where no reboot is waited for, or another machine is not up."""
        self._worker = worker
        self._settings = settings
        self._anyway = anyway
        self._tell = tell

    async def results(self, names: Sequence[str]) -> AsyncIterator[Rebooted]:
        """Yield each machine when it is up again; the first that is not ends the pass.

        Raises:
            FactoryError: a machine cannot be asked, or is not as declared, or does not come back as it was.

        """
        for name in names:
            yield await self._one(self._settings.host(name))

    async def _one(self, host: Host) -> Rebooted:
        reason = self._reason(host, await self._ask_base(host), when="before the reboot")
        if not reason and not self._anyway:
            return Rebooted(host=host.name, reason="", seconds="")
        if not self._anyway:
            await self._expect_others_up(host)
        done = await self._ask(host, "reboot")
        left = self._reason(host, await self._ask_base(host), when="after the reboot")
        if left:
            raise FactoryError(f"{host.name}: rebooted, and still it waits for one: {left}")
        return Rebooted(host=host.name, reason=reason, seconds=str(done["seconds"]))

    async def _expect_others_up(self, host: Host) -> None:
        """Refuse to take a machine away while another one is not there: the two may be each other's replacement."""
        for other in self._settings.hosts:
            if other.name != host.name and (busy := (await self._ask(other, "not_up"))["busy"]):
                raise FactoryError(
                    f"{host.name} was not rebooted. Expected everything up on {other.name} before, found:\n{busy}\n"
                    "`--anyway` reboots all the same"
                )

    def _reason(self, host: Host, answer: Answer, *, when: str) -> str:
        pending = answer["pending"]
        if pending:
            raise FactoryError(
                f"{host.name}: expected its layer {LAYER} as declared {when}, found pending: {_joined(pending)}. "
                f"`./factory hosts apply --host {host.name} --layer {LAYER}` puts it right"
            )
        gives = answer["gives"]
        return str(gives["reboot"]) if isinstance(gives, dict) else ""

    async def _ask_base(self, host: Host) -> Answer:
        return await self._ask(host, "read", layer=LAYER, settings=host_layers(self._settings, host)[LAYER], given={})

    async def _ask(self, host: Host, do: str, **more: object) -> Answer:
        return await self._worker.ask(
            {"do": do, "machine": host.connection, **more}, tell=lambda text: self._tell(f"{host.name}: {text}")
        )


def _joined(value: JsonValue) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
