"""Tell the engine how far a resource is, while it is being worked on."""

import asyncio
from collections.abc import Awaitable
from typing import cast

import grpc
import grpc.aio
from pulumi.runtime.proto import engine_pb2
from pulumi.runtime.proto.engine_pb2_grpc import EngineStub


class EngineLog:
    """Shows one passing line beside a resource; what cannot be shown is dropped."""

    def __init__(self, address: str) -> None:
        """Know the engine at *address*, and contact it when there is something to tell."""
        self._address = address
        self._stub: EngineStub | None = None
        self._sending: set[asyncio.Task[None]] = set()

    def tell(self, urn: str, text: str) -> None:
        """Show *text* beside the resource *urn*."""
        sending = asyncio.get_running_loop().create_task(self._send(urn, text))
        self._sending.add(sending)
        sending.add_done_callback(self._sending.discard)

    async def _send(self, urn: str, text: str) -> None:
        if self._stub is None:
            self._stub = EngineStub(grpc.aio.insecure_channel(self._address))
        request = engine_pb2.LogRequest(severity=engine_pb2.INFO, message=text, urn=urn, ephemeral=True)
        try:
            # The stubs know only the other, synchronous channel.
            await cast("Awaitable[object]", self._stub.Log(request))
        except grpc.RpcError:
            return  # progress is no reason to fail
