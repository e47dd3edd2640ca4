"""Provider resources: loaded, checked, configured and looked up by reference `<urn>::<id>`."""

import concurrent.futures
import os
import re
import threading
import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Final

from engine import plugin as plugins
from engine.builtin import BuiltinProvider
from engine.client import PluginProvider
from engine.difference import Diff
from engine.project import Project
from engine.provider import Provider, ProviderError, ReadResult
from engine.state import Resource
from engine.urn import package, split
from engine.values import Properties, same

_INTERNAL: Final = "__internal"
UNKNOWN_ID: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


class PluginHost:
    """Starts plugins, warm ones ahead of need, and ends all of them with the run."""

    def __init__(self, project: Project, engine_address: str, started: Callable[[int], None]) -> None:
        """Prepare; *started* is told the process group of each plugin."""
        self._project: Final = project
        self._engine: Final = engine_address
        self._started: Final = started
        # PDEATHSIG follows the thread that starts a process: this one lives as long as the host.
        self._starter: Final = concurrent.futures.ThreadPoolExecutor(max_workers=1, thread_name_prefix="plugin-start")
        self._greeter: Final = concurrent.futures.ThreadPoolExecutor(max_workers=4, thread_name_prefix="plugin-greet")
        self._warm: dict[tuple[str, str], list[concurrent.futures.Future[PluginProvider]]] = defaultdict(list)
        self._all: list[PluginProvider] = []
        self._lock: Final = threading.Lock()

    def warm(self, name: str, version: str) -> None:
        """Start a plugin that is going to be needed; errors show when it is asked for."""
        with self._lock:
            self._warm[name, version].append(self._greeter.submit(self._start, name, version))

    def load(self, name: str, version: str) -> PluginProvider:
        """Return a fresh plugin for the package *name*.

        Raises:
            PluginError: it is missing or does not start.

        """
        with self._lock:
            waiting = self._warm.get((name, version))
            future = waiting.pop() if waiting else None
        return future.result() if future else self._start(name, version)

    def _start(self, name: str, version: str) -> PluginProvider:
        command, folder = plugins.find(self._project, name, version)
        environment = {**os.environ, "PULUMI_PROJECT": self._project.name}
        process = self._starter.submit(plugins.Plugin, name, command, environment, self._engine).result()
        provider = PluginProvider(process)
        with self._lock:
            self._all.append(provider)
        self._started(process.process.pid)
        provider.handshake(self._engine, str(folder))
        return provider

    def cancel(self) -> None:
        """Ask all plugins to end what they are doing soon: a single step may take minutes."""
        with self._lock:
            running = list(self._all)
        for provider in running:
            provider.plugin.cancel()

    def close(self) -> None:
        """End all plugins."""
        for waiting in self._warm.values():
            for future in waiting:
                concurrent.futures.wait([future])
        stops = [self._greeter.submit(provider.plugin.stop) for provider in self._all]
        concurrent.futures.wait(stops)
        self._greeter.shutdown()
        self._starter.shutdown()


class Registry:
    """The provider of provider resources."""

    def __init__(self, host: PluginHost, builtin: BuiltinProvider) -> None:
        """Start empty."""
        self._host: Final = host
        self._builtin: Final = builtin
        self._providers: dict[str, Provider] = {}
        self._unconfigured: dict[str, PluginProvider | BuiltinProvider] = {}
        self._aliases: dict[str, str] = {}

    def get(self, reference: str) -> Provider | None:
        """Return the configured provider of a reference."""
        return self._providers.get(reference)

    def alias(self, urn: str, old: str) -> None:
        """Make a renamed provider known under its old URN too."""
        self._aliases[urn] = old

    def _load(self, urn: str, inputs: Properties) -> PluginProvider | BuiltinProvider:
        name = package(split(urn).type)
        if name == "pulumi":
            return self._builtin
        internal = inputs.get(_INTERNAL)
        if isinstance(internal, dict):
            unsupported = sorted(internal.keys() - {"pluginDownloadURL"})
            if unsupported:
                raise ProviderError(f"{urn}: {unsupported[0]} needs the official engine")
        version = inputs.get("version")
        return self._host.load(name, version if isinstance(version, str) else "")

    def _set(self, urn: str, identity: str, provider: Provider) -> None:
        self._providers[f"{urn}::{identity}"] = provider
        if urn in self._aliases:
            self._providers[f"{self._aliases[urn]}::{identity}"] = provider

    def check(
        self, urn: str, *, old: Properties | None, new: Properties, preview: bool, seed: bytes
    ) -> tuple[Properties, list[tuple[str, str]]]:
        """Load the plugin and let it check its configuration."""
        del preview, seed
        provider = self._load(urn, new)
        if isinstance(provider, BuiltinProvider):
            self._unconfigured[urn] = provider
            return dict(new), []
        inputs, failures = provider.check_config(urn, _public(old or {}), _public(new))
        if failures:
            return inputs, failures
        self._unconfigured[urn] = provider
        if "version" in new:
            if "version" in inputs and not same(inputs["version"], new["version"]):
                raise ProviderError(f"provider {urn!r} attempted to change its version")
            inputs["version"] = new["version"]
        if _INTERNAL in new:
            inputs[_INTERNAL] = new[_INTERNAL]
        return inputs, []

    def diff(  # noqa: PLR0913  # the protocol's own request
        self,
        urn: str,
        *,
        identity: str,
        old_inputs: Properties,
        old_outputs: Properties,
        new: Properties,
        preview: bool,
        ignore: Sequence[str],
    ) -> Diff:
        """Compare two configurations of the provider."""
        del preview
        provider = self._unconfigured.get(urn) or self._providers[f"{urn}::{identity}"]
        if not isinstance(provider, PluginProvider):
            return Diff(changes=False)
        diff = provider.diff_config(
            urn, old_inputs=_public(old_inputs), old_outputs=old_outputs, new=_public(new), ignore=ignore
        )
        if diff.changes is None:
            return Diff(changes=not same(old_outputs, _public(new)))
        if diff.replaces():
            self._unconfigured.pop(urn, None)
        return diff

    def same(self, resource: Resource, *, checked: bool) -> None:
        """Configure a provider that did not change; *checked* says that `check` loaded it in this run.

        Raises:
            ProviderError: the plugin is missing or refuses.

        """
        if f"{resource.urn}::{resource.id}" in self._providers:
            return
        provider = self._unconfigured.pop(resource.urn, None) if checked else None
        provider = provider or self._load(resource.urn, resource.inputs)
        if isinstance(provider, PluginProvider):
            provider.configure(resource.urn, resource.id, resource.inputs)
        self._set(resource.urn, resource.id, provider)

    def create(self, urn: str, *, inputs: Properties, timeout: float, preview: bool) -> tuple[str, Properties]:
        """Configure the provider and give it a random id."""
        del timeout
        provider = self._unconfigured.pop(urn, None) or self._load(urn, inputs)
        identity = UNKNOWN_ID if preview else str(uuid.uuid4())
        if isinstance(provider, PluginProvider):
            provider.configure(urn, identity, inputs)
        self._set(urn, identity, provider)
        return identity, _public(inputs)

    def update(  # noqa: PLR0913  # the protocol's own request
        self,
        urn: str,
        *,
        identity: str,
        old_inputs: Properties,
        old_outputs: Properties,
        new: Properties,
        timeout: float,
        preview: bool,
        ignore: Sequence[str],
    ) -> Properties:
        """Configure the provider anew under the same id."""
        del old_inputs, old_outputs, timeout, preview, ignore
        provider = self._unconfigured.pop(urn)
        if isinstance(provider, PluginProvider):
            provider.configure(urn, identity, new)
        self._set(urn, identity, provider)
        return _public(new)

    def delete(self, urn: str, *, identity: str, inputs: Properties, outputs: Properties, timeout: float) -> None:
        """Forget the provider; its process ends with the run."""
        del inputs, outputs, timeout
        self._providers.pop(f"{urn}::{identity}", None)

    def read(
        self, urn: str, *, identity: str, inputs: Properties | None, state: Properties | None, timeout: float
    ) -> ReadResult:
        """Refuse: provider resources exist in the state only."""
        del urn, identity, inputs, state, timeout
        raise ProviderError("provider resources may not be read")

    def invoke(self, token: str, args: Properties, *, preview: bool) -> tuple[Properties, list[tuple[str, str]]]:
        """Refuse: functions are called on a provider, not on the registry."""
        del args, preview
        raise ProviderError(f"{token}: no provider")


def _public(inputs: Properties) -> Properties:
    return {key: value for key, value in inputs.items() if key != _INTERNAL}


def default_name(version: str, url: str) -> str:
    """Return the name of the default provider of a package, which carries version and source.

    >>> default_name("3.18.2", "")
    'default_3_18_2'
    """
    name = "default"
    if version:
        name += "_" + re.sub(r"[.+-]", "_", version)
    if url:
        parts = [re.sub(rb"^[^A-Za-z_.]|[^A-Za-z0-9_.-]", b"_", part.encode()) for part in url.split("/") if part]
        name += "_" + (b"/".join(parts).decode() or "_")
    return name
