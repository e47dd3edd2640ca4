"""Ask or apply the layers of the machines in their order, through the worker alone."""

import asyncio
import dataclasses
import itertools
import os
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Literal

from pydantic import JsonValue

from ops.host_layers.secrets_file import SecretsFile
from provider.factory_error import FactoryError
from provider.hosts.worker_process import Answer, Tell, WorkerProcess
from stacks.host_layers import IN_TURN, done_on, host_layers, layer_steps
from stacks.hosts import FROM_THE_AUTHORITY, FROM_THE_OPERATOR, FROM_THE_SERVER, PASSWORDS
from stacks.hosts_settings import Host, HostsSettings

GIVERS = {"pki": FROM_THE_AUTHORITY, "k3s": FROM_THE_SERVER}
"""Layer of one machine → what it gives to the layers of others."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Result:
    """How one layer of one machine is."""

    host: str
    layer: str
    pending: tuple[str, ...] = ()
    """What would change something."""
    differences: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """File → what would change in it."""
    done: tuple[str, ...] = ()
    """What changed something."""
    error: str = ""
    """Why it is not known, or not so."""


class LayerRun:
    """One pass over the chosen machines and layers."""

    def __init__(
        self, worker: WorkerProcess, settings: HostsSettings, *, passwords: SecretsFile, do: Literal["read", "apply"]
    ) -> None:
        """Have *worker* do *do*; secrets come from *passwords*, and only an apply makes new ones."""
        self._worker = worker
        self._settings = settings
        self._passwords = passwords
        self._do = do
        self._from_others: dict[str, str] = {}
        self._failed: set[str] = set()
        self._stopped = False
        self._open: list[asyncio.Task[Result]] = []

    async def results(self, hosts: Collection[str], layers: Collection[str], *, tell: Tell) -> AsyncIterator[Result]:
        """Yield each result as it comes: layer by layer, the machines side by side; a failed machine is left alone."""
        for giver, takers in GIVERS.items():
            if giver not in layers and any(layer in takers for layer in layers):
                await self._ask_giver(giver, tell)
        steps = [(layer, host) for layer, host in layer_steps(self._settings)
                 if layer in layers and host.name in hosts]  # fmt: skip
        for layer, group in itertools.groupby(steps, key=lambda step: step[0]):
            concerned = [host for _, host in group if not self._is_held(host, layer)]
            self._open = [asyncio.create_task(self._one(host, layer, tell)) for host in concerned]
            for done in asyncio.as_completed(self._open):
                result = await done
                if result.error:
                    self._failed.add(result.host)
                    # Who is not back keeps the next machine from being emptied.
                    self._stopped |= layer in IN_TURN
                yield result

    async def stopped(self) -> Sequence[Result]:
        """Stop after the operations under way and return what became of them."""
        unfinished = [task for task in self._open if not task.done()]
        await self._worker.stop()
        return await asyncio.gather(*unfinished)

    async def faults(self, hosts: Collection[str], layers: Collection[str], *, tell: Tell) -> Sequence[str]:
        """Return what is wrong with the settings of the chosen layers; no machine is contacted."""
        found = []
        for host in self._settings.hosts:
            for layer, told in host_layers(self._settings, host).items():
                if host.name in hosts and layer in layers:
                    answer = await self._worker.ask({
                        "do": "check", "machine": host.connection, "layer": layer, "settings": told,
                        "given": [*PASSWORDS.get(layer, ()), *FROM_THE_OPERATOR.get(layer, ()), *_from_others(layer)],
                    }, tell=tell)  # fmt: skip
                    found += [f"{host.name}, layer {layer}: {fault}" for fault in _shown(answer["faults"])]
        return found

    def _is_held(self, host: Host, layer: str) -> bool:
        return host.name in self._failed or (self._stopped and layer in IN_TURN)

    async def _ask_giver(self, layer: str, tell: Tell) -> None:
        for host in self._settings.hosts:
            if layer in host_layers(self._settings, host):
                self._keep_given(await self._worker.ask(self._request("read", host, layer), tell=tell))

    async def _one(self, host: Host, layer: str, tell: Tell) -> Result:
        try:
            answer = await self._worker.ask(
                self._request(self._do, host, layer), tell=lambda text: tell(f"{host.name} {layer}: {text}")
            )
        except FactoryError as error:
            return Result(host=host.name, layer=layer, error=str(error))
        if layer in GIVERS:
            self._keep_given(answer)
        found = answer["differences"]
        differences = {path: str(text) for path, text in found.items()} if isinstance(found, dict) else {}
        pending, done = _texts(answer["pending"]), _texts(answer["done"])
        return Result(host=host.name, layer=layer, pending=pending, differences=differences, done=done)

    def _request(self, do: str, host: Host, layer: str) -> Mapping[str, object]:
        return {
            "do": do, "machine": done_on(self._settings, host, layer).connection, "layer": layer,
            "settings": host_layers(self._settings, host)[layer], "given": self._given(layer),
        }  # fmt: skip

    def _given(self, layer: str) -> Mapping[str, str]:
        given = {}
        for name, source in PASSWORDS.get(layer, {}).items():
            known = self._passwords.password(source) if self._do == "apply" else self._passwords.known(source)
            if known is None:
                raise FactoryError(
                    f"layer {layer}: there is no password {source} yet; `./factory hosts apply` makes it"
                )
            given[name] = known
        for name, variable in FROM_THE_OPERATOR.get(layer, {}).items():
            if variable not in os.environ:
                raise FactoryError(f"layer {layer}: {variable} is not set in the environment")
            given[name] = os.environ[variable]
        for name, giver in _from_others(layer).items():
            if name not in self._from_others:
                roles = self._settings.roles
                where = f"the authority on {roles.authority}" if giver == "pki" else f"the server {roles.servers[0]}"
                raise FactoryError(
                    f"layer {layer}: needs {name} of {where}, which is not there yet: "
                    f"apply its layers up to {giver} first"
                )
            given[name] = self._from_others[name]
        return given

    def _keep_given(self, answer: Answer) -> None:
        for part in (answer["gives"], answer["secrets"]):
            if isinstance(part, dict):
                self._from_others |= {name: str(value) for name, value in part.items()}


def _from_others(layer: str) -> Mapping[str, str]:
    """Return what *layer* is given by another one, and by which."""
    return {name: giver for giver, takers in GIVERS.items() for name in takers.get(layer, ())}


def _texts(value: JsonValue) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _shown(faults: JsonValue) -> list[str]:
    return [f"{'.'.join(map(str, one[0]))}: {one[1]}" for one in faults
            if isinstance(one, list) and isinstance(one[0], list)] if isinstance(faults, list) else []  # fmt: skip
