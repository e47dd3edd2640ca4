"""The provider as an engine starts it: a process, spoken to over the protocol."""

import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import grpc
from google.protobuf.struct_pb2 import Struct
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.proto import provider_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

from provider.values import Properties, plain, wrapped

PROGRAM = Path(__file__).resolve().parents[2] / "provider"
URN = "urn:pulumi:stack::factory::factory:postgres:AppDatabase${token}::erp"


class Plugin:
    """The provider's process, for as long as the `with` lasts."""

    def __init__(self, environment: dict[str, str]) -> None:
        """Start it with *environment* alone."""
        self._environment = environment

    def __enter__(self) -> Self:
        """Start the process; its first line is the port."""
        command = [sys.executable, str(PROGRAM), "127.0.0.1:1"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=self._environment, cwd="/")
        if self._process.stdout is None:
            raise RuntimeError("expected a pipe")
        self._channel = grpc.insecure_channel(f"127.0.0.1:{int(self._process.stdout.readline())}")
        self._stub = ResourceProviderStub(self._channel)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self._channel.close()
        self._process.kill()
        self._process.communicate()

    def configure(self, **server: str) -> provider_pb2.ConfigureResponse:
        """Say which server it works on."""
        request = provider_pb2.ConfigureRequest(args=_sent(server), acceptSecrets=True)
        answer: provider_pb2.ConfigureResponse = self._stub.Configure(request)
        return answer

    def check(self, token: str, inputs: Properties) -> tuple[Properties, list[str]]:
        """Return the inputs as they go on, and the names of the refused ones."""
        answer = self._stub.Check(provider_pb2.CheckRequest(urn=_urn(token), news=_sent(inputs)))
        return _received(answer.inputs), [failure.property for failure in answer.failures]

    def diff(self, token: str, old: Properties, new: Properties) -> provider_pb2.DiffResponse:
        """Compare a state with inputs."""
        request = provider_pb2.DiffRequest(urn=_urn(token), id="x", olds=_sent(old), news=_sent(new))
        answer: provider_pb2.DiffResponse = self._stub.Diff(request)
        return answer

    def create(self, token: str, inputs: Properties, *, preview: bool = False) -> tuple[str, Properties]:
        """Make a resource; return its id and outputs."""
        request = provider_pb2.CreateRequest(urn=_urn(token), properties=_sent(inputs), preview=preview)
        answer = self._stub.Create(request)
        return answer.id, _received(answer.properties)

    def update(
        self, token: str, identity: str, inputs: Properties, *, old: Properties | None = None, preview: bool = False
    ) -> Properties:
        """Make a resource exact that was *old*; return its outputs."""
        request = provider_pb2.UpdateRequest(
            urn=_urn(token), id=identity, olds=_sent(old or {}), news=_sent(inputs), preview=preview
        )
        return _received(self._stub.Update(request).properties)

    def read(self, token: str, identity: str, inputs: Properties) -> tuple[str, Properties]:
        """Read a resource; return its id and inputs."""
        request = provider_pb2.ReadRequest(urn=_urn(token), id=identity, inputs=_sent(inputs))
        answer = self._stub.Read(request)
        return answer.id, _received(answer.inputs)

    def imported_secrets(self, token: str, identity: str) -> tuple[set[str], set[str]]:
        """Return which inputs and outputs of an import are marked as secret."""
        answer = self._stub.Read(provider_pb2.ReadRequest(urn=_urn(token), id=identity))
        return _marked(answer.inputs), _marked(answer.properties)

    def delete(self, token: str, identity: str, *, old: Properties | None = None) -> None:
        """Take a resource away that was *old*."""
        self._stub.Delete(provider_pb2.DeleteRequest(urn=_urn(token), id=identity, properties=_sent(old or {})))


def _urn(token: str) -> str:
    return URN.format(token=token)


def _sent(properties: Properties) -> Struct:
    return PropertyValue.marshal_map(wrapped(properties))


def _received(properties: Struct) -> Properties:
    return plain(PropertyValue.unmarshal_map(properties))


def _marked(properties: Struct) -> set[str]:
    return {name for name, value in PropertyValue.unmarshal_map(properties).items() if value.is_secret}
