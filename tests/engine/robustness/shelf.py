"""A provider that keeps each object in a file, writes down what it does, and misbehaves when it is told to.

Of the inputs `name` is the object's name, `hidden` comes back under another name too, as `revealed`, and all others
are only kept. `Named` objects have their name as id, so the id follows from the inputs; `Numbered` objects get the next
number. What was asked for is written to the journal before and after it is done: `begin create a`, `made create a`.
"""

import fcntl
import json
import os
import sys
import threading
import time
from collections.abc import Mapping
from concurrent import futures
from pathlib import Path

import grpc
from google.protobuf import any_pb2, empty_pb2, json_format, struct_pb2
from pulumi.runtime import proto
from pulumi.runtime.proto import provider_pb2, status_pb2
from pydantic import JsonValue

FOLDER = "SHELF_FOLDER"
"""Environment variable that names the folder of objects, journal and faults."""

STOP = "SHELF_STOP"
"""Environment variable: the mark after which its call never goes on, as `made create a`, or as `#7`, the seventh."""

PAUSE = 0.004
"""Seconds that each call takes before and after its work, so that a kill finds it there."""

LAST_WORDS = "no paper left on this shelf"
"""What the provider prints before it dies."""


class Shelf(proto.ResourceProviderServicer):
    """Serves `Named` and `Numbered` in one folder."""

    def __init__(self, folder: Path, *, stop: str) -> None:
        """Serve *folder*; *stop* is the mark to stop at, or empty."""
        self._folder = folder
        self._stop = stop
        self._marks = 0
        self._lock = threading.Lock()
        self._write(f"provider {os.getpid()}")

    def Handshake(
        self, request: proto.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> proto.ProviderHandshakeResponse:
        """Accept no secrets: the engine strips and restores them."""
        del request, context
        return proto.ProviderHandshakeResponse()

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> proto.PluginInfo:
        """Give a version."""
        del request, context
        return proto.PluginInfo(version="1.0.0")

    def CheckConfig(self, request: proto.CheckRequest, context: grpc.ServicerContext) -> proto.CheckResponse:
        """Accept the configuration."""
        del context
        return proto.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: proto.DiffRequest, context: grpc.ServicerContext) -> proto.DiffResponse:
        """See no difference."""
        del request, context
        return proto.DiffResponse(changes=proto.DiffResponse.DIFF_NONE)

    def Configure(self, request: proto.ConfigureRequest, context: grpc.ServicerContext) -> proto.ConfigureResponse:
        """Take the configuration."""
        del request, context
        self._mark("begin configure")
        return proto.ConfigureResponse(supportsPreview=True)

    def Invoke(self, request: proto.InvokeRequest, context: grpc.ServicerContext) -> proto.InvokeResponse:
        """Tell with `identify` which id a `Named` has; nobody knows that of a `Numbered`."""
        args = json_format.MessageToDict(request.args)
        if request.tok != "shelf:index:identify" or not args["type"].endswith(":Named"):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"{request.tok}: the id does not follow from the inputs")
        response = proto.InvokeResponse()
        json_format.ParseDict({"id": args["inputs"]["name"]}, getattr(response, "return"))
        return response

    def Check(self, request: proto.CheckRequest, context: grpc.ServicerContext) -> proto.CheckResponse:
        """Accept the inputs."""
        del context
        return proto.CheckResponse(inputs=request.news)

    def Diff(self, request: proto.DiffRequest, context: grpc.ServicerContext) -> proto.DiffResponse:
        """Compare the inputs; another name means another object."""
        del context
        old, new = (json_format.MessageToDict(side) for side in (request.old_inputs, request.news))
        changed = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
        return proto.DiffResponse(
            changes=proto.DiffResponse.DIFF_SOME if changed else proto.DiffResponse.DIFF_NONE,
            diffs=changed,
            replaces=[key for key in changed if key == "name"],
        )

    def Create(self, request: proto.CreateRequest, context: grpc.ServicerContext) -> proto.CreateResponse:
        """Make an object; a `Named` that exists is an error."""
        inputs = json_format.MessageToDict(request.properties)
        if request.preview:
            return proto.CreateResponse(properties=request.properties)
        name = inputs["name"]
        self._mark(f"begin create {name}")
        fault = self._fault(f"create {name}", context)
        identity = name if request.type.endswith(":Named") else self._next_number()
        time.sleep(PAUSE)
        if self._file(identity).exists():
            context.abort(grpc.StatusCode.ALREADY_EXISTS, f"{identity} exists already")
        self._put(identity, inputs)
        self._mark(f"made create {name}")
        time.sleep(PAUSE)
        if fault:
            self._fail_partly(fault, identity=identity, inputs=request.properties, context=context)
        return proto.CreateResponse(id=identity, properties=_outputs(identity, inputs))

    def Read(self, request: proto.ReadRequest, context: grpc.ServicerContext) -> proto.ReadResponse:
        """Tell what an object is, in plain values."""
        self._fault(f"read {request.id}", context)
        if not self._file(request.id).exists():
            return proto.ReadResponse()
        inputs = json.loads(self._file(request.id).read_text())
        return proto.ReadResponse(id=request.id, inputs=_struct(inputs), properties=_outputs(request.id, inputs))

    def Update(self, request: proto.UpdateRequest, context: grpc.ServicerContext) -> proto.UpdateResponse:
        """Change an object in place; one that does not exist is an error."""
        inputs = json_format.MessageToDict(request.news)
        if not request.preview:
            self._mark(f"begin update {inputs['name']}")
            self._fault(f"update {inputs['name']}", context)
            time.sleep(PAUSE)
            if not self._file(request.id).exists():
                context.abort(grpc.StatusCode.NOT_FOUND, f"{request.id} does not exist")
            self._put(request.id, inputs)
            self._mark(f"made update {inputs['name']}")
            time.sleep(PAUSE)
        return proto.UpdateResponse(properties=_outputs(request.id, inputs))

    def Delete(self, request: proto.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Remove an object; one that is gone already is no error."""
        self._mark(f"begin delete {request.id}")
        self._fault(f"delete {request.id}", context)
        time.sleep(PAUSE)
        self._file(request.id).unlink(missing_ok=True)
        self._mark(f"made delete {request.id}")
        time.sleep(PAUSE)
        return empty_pb2.Empty()

    def _file(self, identity: str) -> Path:
        return self._folder / "objects" / f"{identity}.json"

    def _put(self, identity: str, inputs: Mapping[str, JsonValue]) -> None:
        # replaced as a whole: a kill leaves the old object or the new one
        written = self._folder / f"{identity}.new"
        written.write_text(json.dumps(inputs))
        written.replace(self._file(identity))

    def _next_number(self) -> str:
        with (self._folder / "number").open("a+") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            stream.write("x")
            return f"n{stream.tell()}"

    def _mark(self, text: str) -> None:
        with self._lock:
            self._marks += 1
            stops = self._stop in {text, f"#{self._marks}"}
            self._write(text)
        if stops:
            self._write("stopped")
            threading.Event().wait()

    def _write(self, line: str) -> None:
        descriptor = os.open(self._folder / "journal", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(descriptor, f"{line}\n".encode())
        os.close(descriptor)

    def _fault(self, call: str, context: grpc.ServicerContext) -> str:
        """Do what is planned for *call*; return the message of an error that comes after the work."""
        path = self._folder / "faults.json"
        fault = json.loads(path.read_text()).get(call) if path.exists() else None
        if fault == "die":
            sys.stderr.write(f"{LAST_WORDS}\n")
            sys.stderr.flush()
            os._exit(7)
        if fault == "hang":
            while not (self._folder / "go on").exists():
                time.sleep(PAUSE)
            return ""
        if fault and not fault.startswith("partly: "):
            context.abort(grpc.StatusCode.UNKNOWN, fault)
        return str(fault or "")

    def _fail_partly(
        self, reason: str, *, identity: str, inputs: struct_pb2.Struct, context: grpc.ServicerContext
    ) -> None:
        state = _outputs(identity, json_format.MessageToDict(inputs))
        detail = any_pb2.Any()
        detail.Pack(
            provider_pb2.ErrorResourceInitFailed(id=identity, properties=state, reasons=[reason], inputs=inputs)
        )
        code = grpc.StatusCode.UNKNOWN
        status = status_pb2.Status(code=code.value[0], message=reason, details=[detail])
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        context.abort(code, reason)


def _outputs(identity: str, inputs: Mapping[str, JsonValue]) -> struct_pb2.Struct:
    revealed = {"revealed": inputs["hidden"]} if "hidden" in inputs else {}
    return _struct({**inputs, **revealed, "issued": f"issued to {identity}"})


def _struct(values: Mapping[str, JsonValue]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    json_format.ParseDict(dict(values), struct)
    return struct


def serve() -> None:
    """Serve until the engine ends the process."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=32))
    shelf = Shelf(Path(os.environ[FOLDER]), stop=os.environ.get(STOP, ""))
    proto.add_ResourceProviderServicer_to_server(shelf, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    server.wait_for_termination()
