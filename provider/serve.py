"""Serve a provider to an engine, with errors that read as they were written."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

import grpc
import grpc.aio
from pulumi.provider.experimental.provider import Provider
from pulumi.provider.experimental.server import ProviderServicer
from pulumi.runtime.proto.provider_pb2_grpc import add_ResourceProviderServicer_to_server

from provider.factory_error import FactoryError

LARGEST_MESSAGE = 400 * 1024 * 1024  # as the engine allows
SIZES = [("grpc.max_send_message_length", LARGEST_MESSAGE), ("grpc.max_receive_message_length", LARGEST_MESSAGE)]

Request = TypeVar("Request")
Response = TypeVar("Response")


def serve(provider: Provider, *, version: str) -> None:
    """Serve *provider* until the engine ends this process; the port is the first line of standard output."""
    asyncio.run(_serve(ProviderServicer(sys.argv[1:], version, provider, engine_address=engine_address())))


def engine_address() -> str:
    """Return the address of the engine that started this process."""
    arguments = argparse.ArgumentParser(description="Pulumi provider, started by an engine")
    arguments.add_argument("engine", help="address of the engine")
    known, _ = arguments.parse_known_args()
    return str(known.engine)


async def _serve(servicer: ProviderServicer) -> None:
    server = grpc.aio.server(interceptors=[_PlainErrors()], options=SIZES)
    add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await server.wait_for_termination()


class _PlainErrors(grpc.aio.ServerInterceptor):
    """Answer our own errors with their text alone: the SDK's server puts a traceback behind it."""

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], "Awaitable[grpc.RpcMethodHandler[Request, Response] | None]"],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> "grpc.RpcMethodHandler[Request, Response] | None":
        """Wrap the method that is called."""
        handler = await continuation(handler_call_details)
        if handler is None or handler.unary_unary is None:
            return handler
        # The stubs know only the methods of the other, synchronous server.
        method = cast("Callable[[Request, object], Awaitable[Response]]", handler.unary_unary)

        async def answer(request: Request, context: "grpc.aio.ServicerContext[Request, Response]") -> Response:
            try:
                return await method(request, context)
            except Exception as error:  # the SDK's server wraps whatever is raised in a bare Exception
                if isinstance(error.__context__, FactoryError):
                    await context.abort(grpc.StatusCode.UNKNOWN, str(error.__context__))
                raise

        return grpc.unary_unary_rpc_method_handler(answer, handler.request_deserializer, handler.response_serializer)
