"""The recording provider: plain gRPC, one process per provider resource, several packages.

The package decides what it can do: `simple` takes no secrets, `keeper` takes and returns them but reads them back
plain, `other` has no handshake and no previews.
"""

import os
import sys
from concurrent import futures
from pathlib import Path

import grpc
from google.protobuf import any_pb2, empty_pb2, json_format, struct_pb2
from pulumi.runtime import proto
from pulumi.runtime.proto import provider_pb2, status_pb2
from pydantic import JsonValue

from tests.engine.conformance.provider import behaviour
from tests.engine.conformance.provider.recorder import Recorder
from tests.engine.conformance.provider.world import Fault, Thing, World, opened

CALLS_FILE = "CONFORMANCE_CALLS"
"""Environment variable that names the file of recorded calls."""

WORLD_FILE = "CONFORMANCE_WORLD"
"""Environment variable that names the file of the objects that exist."""


class RecordingProvider(proto.ResourceProviderServicer):
    """Answers each call from the world file after having written it down."""

    def __init__(self, package: str, *, recorder: Recorder, world: Path) -> None:
        """Serve *package*."""
        self._package = package
        self._recorder = recorder
        self._world = world

    def Handshake(
        self, request: proto.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> proto.ProviderHandshakeResponse:
        """Agree on what is understood; `other` is too old to be asked. Addresses and paths are not recorded."""
        del request
        if self._package == "other":
            context.abort(grpc.StatusCode.UNIMPLEMENTED, "no handshake")
        return proto.ProviderHandshakeResponse(accept_secrets=self._package == "keeper")

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> proto.PluginInfo:
        """Answer with the version of the plugin."""
        del request, context
        return proto.PluginInfo(version="1.0.0")

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Do nothing: no call here takes long."""
        del request, context
        return empty_pb2.Empty()

    def CheckConfig(self, request: proto.CheckRequest, context: grpc.ServicerContext) -> proto.CheckResponse:
        """Accept the configuration as it is."""
        del context
        self._recorder.record("CheckConfig", request)
        return proto.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: proto.DiffRequest, context: grpc.ServicerContext) -> proto.DiffResponse:
        """Compare two configurations: `replace` asks for a new provider, anything else is a mere update."""
        del context
        self._recorder.record("DiffConfig", request)
        return behaviour.diff(_plain(request.old_inputs), _plain(request.news), token="Provider")  # noqa: S106 -- a type

    def Configure(self, request: proto.ConfigureRequest, context: grpc.ServicerContext) -> proto.ConfigureResponse:
        """Take the configuration and the identity of the provider resource."""
        self._recorder.identify(request.urn, provider_id=request.id)
        self._recorder.record("Configure", request)
        with opened(self._world) as world:
            self._fail(world, f"configure {request.name}", context)
        return proto.ConfigureResponse(
            acceptSecrets=self._package == "keeper", supportsPreview=self._package != "other"
        )

    def Invoke(self, request: proto.InvokeRequest, context: grpc.ServicerContext) -> proto.InvokeResponse:
        """Look a key up with `lookup`, the only function; the key `bad` is refused."""
        self._recorder.record("Invoke", request)
        if request.tok != f"{self._package}:index:lookup":
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"unknown function {request.tok}")
        key = _plain(request.args).get("key")
        with opened(self._world) as world:
            self._fail(world, f"invoke {key}", context)
        if key == "bad":
            return proto.InvokeResponse(failures=[proto.CheckFailure(property="key", reason="bad keys are refused")])
        return _with_fields(proto.InvokeResponse(), "return", {"key": key, "result": f"found {key}"})

    def Check(self, request: proto.CheckRequest, context: grpc.ServicerContext) -> proto.CheckResponse:
        """Accept the inputs, with a name made up for a `Named` that has none."""
        del context
        self._recorder.record("Check", request)
        inputs = _as_sent(request.news)
        with opened(self._world) as world:
            fault = world.faults.get(f"check {request.name}")
            if fault:
                return proto.CheckResponse(failures=[proto.CheckFailure(property="value", reason=fault.message)])
            if request.type.endswith(":Named") and "name" not in inputs:
                old = _plain(request.olds).get("name")
                inputs["name"] = old or world.new_name(request.name)
        return proto.CheckResponse(inputs=_struct(inputs))

    def Diff(self, request: proto.DiffRequest, context: grpc.ServicerContext) -> proto.DiffResponse:
        """Compare the old inputs with the new ones."""
        self._recorder.record("Diff", request)
        with opened(self._world) as world:
            self._fail(world, f"diff {request.name}", context)
        return behaviour.diff(_plain(request.old_inputs), _plain(request.news), token=request.type)

    def Create(self, request: proto.CreateRequest, context: grpc.ServicerContext) -> proto.CreateResponse:
        """Make an object; the id is the name and a number."""
        self._recorder.record("Create", request)
        if request.preview:
            return proto.CreateResponse(
                properties=_struct(behaviour.outputs(_as_sent(request.properties), object_id=""))
            )
        with opened(self._world) as world:
            fault = world.faults.get(f"create {request.name}")
            if not (fault and fault.partial):
                self._fail(world, f"create {request.name}", context)
                self._time_out(request.properties, seconds=request.timeout, context=context)
            object_id = world.new_id(request.name)
            world.objects[object_id] = Thing(type=request.type, inputs=_plain(request.properties))
        state = behaviour.outputs(_as_sent(request.properties), object_id=object_id)
        if fault:
            self._fail_partly(fault, object_id=object_id, inputs=request.properties, state=state, context=context)
        return proto.CreateResponse(id=object_id, properties=_struct(state))

    def Read(self, request: proto.ReadRequest, context: grpc.ServicerContext) -> proto.ReadResponse:
        """Tell what an object is now, in plain values; no id when there is none."""
        self._recorder.record("Read", request)
        with opened(self._world) as world:
            self._fail(world, f"read {request.name}", context)
            thing = world.objects.get(request.id)
        if thing is None:
            return proto.ReadResponse()
        return proto.ReadResponse(
            id=request.id,
            inputs=_struct(thing.inputs),
            properties=_struct(behaviour.outputs(thing.inputs, object_id=request.id)),
        )

    def Update(self, request: proto.UpdateRequest, context: grpc.ServicerContext) -> proto.UpdateResponse:
        """Change an object in place."""
        self._recorder.record("Update", request)
        state = behaviour.outputs(_as_sent(request.news), object_id=request.id)
        if not request.preview:
            with opened(self._world) as world:
                fault = world.faults.get(f"update {request.name}")
                if not (fault and fault.partial):
                    self._fail(world, f"update {request.name}", context)
                    self._time_out(request.news, seconds=request.timeout, context=context)
                world.objects[request.id] = Thing(type=request.type, inputs=_plain(request.news))
            if fault:
                self._fail_partly(fault, object_id=request.id, inputs=request.news, state=state, context=context)
        return proto.UpdateResponse(properties=_struct(state))

    def Delete(self, request: proto.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Remove an object; one that is gone already is no error."""
        self._recorder.record("Delete", request)
        with opened(self._world) as world:
            self._fail(world, f"delete {request.id}", context)
            self._time_out(request.old_inputs, seconds=request.timeout, context=context)
            world.objects.pop(request.id, None)
        return empty_pb2.Empty()

    def _fail(self, world: World, call: str, context: grpc.ServicerContext) -> None:
        if call in world.faults:
            context.abort(grpc.StatusCode.UNKNOWN, world.faults[call].message)

    def _time_out(self, inputs: struct_pb2.Struct, *, seconds: float, context: grpc.ServicerContext) -> None:
        takes = _plain(inputs).get("takes")
        if seconds and isinstance(takes, float) and takes > seconds:
            context.abort(grpc.StatusCode.DEADLINE_EXCEEDED, f"gave up after {seconds:g} s")

    def _fail_partly(
        self,
        fault: Fault,
        *,
        object_id: str,
        inputs: struct_pb2.Struct,
        state: behaviour.Properties,
        context: grpc.ServicerContext,
    ) -> None:
        detail = any_pb2.Any()
        detail.Pack(
            provider_pb2.ErrorResourceInitFailed(
                id=object_id, properties=_struct(state), reasons=[fault.message], inputs=inputs
            )
        )
        code = grpc.StatusCode.UNKNOWN
        status = status_pb2.Status(code=code.value[0], message=fault.message, details=[detail])
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        context.abort(code, fault.message)


def _as_sent(properties: struct_pb2.Struct) -> dict[str, JsonValue]:
    return dict(json_format.MessageToDict(properties))


def _plain(properties: struct_pb2.Struct) -> dict[str, JsonValue]:
    return {key: _without_marks(value) for key, value in _as_sent(properties).items()}


def _without_marks(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        if value.get(behaviour.SECRET_SIGNATURE) == behaviour.SECRET_MARK:
            return _without_marks(value["value"])
        return {key: _without_marks(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_marks(inner) for inner in value]
    return value


def _struct(properties: behaviour.Properties) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    json_format.ParseDict({key: value for key, value in properties.items() if value is not None}, struct)
    return struct


def _with_fields(response: proto.InvokeResponse, field: str, properties: behaviour.Properties) -> proto.InvokeResponse:
    getattr(response, field).CopyFrom(_struct(properties))
    return response


def serve(package: str) -> None:
    """Serve *package* until the engine ends the process."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=64))
    provider = RecordingProvider(
        package, recorder=Recorder(Path(os.environ[CALLS_FILE])), world=Path(os.environ[WORLD_FILE])
    )
    proto.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    server.wait_for_termination()
