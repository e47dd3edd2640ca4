"""The provider as the engine sees it: each resource type is answered by the part that knows it."""

from collections.abc import Mapping
from typing import Protocol

from pulumi.provider.experimental import provider as protocol

from provider.factory_provider import OF_THE_ENGINE, FactoryProvider
from provider.hosts.host_layers import HostLayers

HOST_LAYER = "factory:hosts:Layer"


class _Typed(Protocol):
    @property
    def type(self) -> str: ...


class ByArea(protocol.Provider):
    """Layers of machines go to the worker's part, everything else to the servers' part."""

    def __init__(self, servers: FactoryProvider, layers: HostLayers) -> None:
        """Answer for *servers* and for *layers*."""
        self._servers = servers
        self._layers = layers

    async def check_config(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        """Refuse a description of a server that cannot be used; machines are described by their layers."""
        if not _names_a_server(request.new_inputs):
            return protocol.CheckResponse(inputs=request.new_inputs)
        return await self._servers.check_config(request)

    async def configure(self, request: protocol.ConfigureRequest) -> protocol.ConfigureResponse:
        """Take the servers, if there are any."""
        if not _names_a_server(request.args):
            # Without secrets the engine strips them going in and marks them in what comes back.
            return protocol.ConfigureResponse(accept_secrets=False, supports_preview=True)
        return await self._servers.configure(request)

    async def check(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        """Refuse inputs that cannot be used."""
        return await self._part(request).check(request)

    async def diff(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        """Compare."""
        return await self._part(request).diff(request)

    async def create(self, request: protocol.CreateRequest) -> protocol.CreateResponse:
        """Make."""
        return await self._part(request).create(request)

    async def update(self, request: protocol.UpdateRequest) -> protocol.UpdateResponse:
        """Change."""
        return await self._part(request).update(request)

    async def read(self, request: protocol.ReadRequest) -> protocol.ReadResponse:
        """Ask how it is."""
        return await self._part(request).read(request)

    async def delete(self, request: protocol.DeleteRequest) -> None:
        """Take away."""
        await self._part(request).delete(request)

    async def get_schema(self, request: protocol.GetSchemaRequest) -> protocol.GetSchemaResponse:
        """Give the schema."""
        return await self._servers.get_schema(request)

    async def cancel(self) -> None:
        """Stop what is under way."""
        await self._layers.cancel()
        await self._servers.cancel()

    def _part(self, request: _Typed) -> FactoryProvider | HostLayers:
        is_layer = request.type.rsplit("$", maxsplit=1)[-1] == HOST_LAYER
        return self._layers if is_layer else self._servers


def _names_a_server(given: Mapping[str, object]) -> bool:
    return any(key not in OF_THE_ENGINE and not key.startswith("__") for key in given)
