"""Run a program against a recorder instead of an engine, and return what it declared."""

import asyncio
import contextvars
import dataclasses
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pulumi.runtime
from google.protobuf import empty_pb2
from google.protobuf.message import Message
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.proto import engine_pb2, resource_pb2

from provider.values import Properties, plain, wrapped
from stacks.hosts import FROM_THE_AUTHORITY, FROM_THE_SERVER

PROJECT = "factory"
GENERATED = "a generated password, as long as any that is asked for"
GIVEN_TO_OTHERS = {
    name: GENERATED for names in (*FROM_THE_AUTHORITY.values(), *FROM_THE_SERVER.values()) for name in names
}
MADE = {
    "serviceaccount/account": {name: PropertyValue(f"{name} of an account") for name in ("email", "member")},
    "RandomPassword": {"result": PropertyValue(GENERATED)},
    "hosts:Layer": {key: PropertyValue(wrapped(GIVEN_TO_OTHERS)) for key in ("gives", "gives_secret")},
}
"""Word of a type → what an apply would make."""
SETTINGS_KEY = f"{PROJECT}:settings"
FEATURES = (
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
)

Value = TypeVar("Value")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Declared:
    """One resource as the engine would get it."""

    urn: str
    """Its URN."""
    parent: str
    """URN of its parent."""
    provider: str
    """URN of the provider it is given to; empty for a component."""
    inputs: Properties
    """Its inputs, secrets unwrapped."""
    secrets: frozenset[str]
    """Inputs that hold a secret."""
    dependencies: frozenset[str]
    """URNs that it waits for."""
    ignored: tuple[str, ...]
    """Inputs whose changes are ignored."""
    protected: bool
    """Whether deleting it is refused."""
    retained: bool
    """Whether it stays when it is no longer declared."""


Program = dict[tuple[str, str], Declared]
Outputs = dict[str, dict[str, PropertyValue]]


class Recorder:
    """An engine that says yes to everything, and remembers it."""

    def __init__(self, *, refused: str | None = None) -> None:
        """Refuse to register the resource named *refused*."""
        self.program: Program = {}
        self.outputs: Outputs = {}
        self._refused = refused

    def RegisterResource(self, request: resource_pb2.RegisterResourceRequest) -> Message:
        """Record a resource, and answer with its inputs as outputs."""
        if request.name == self._refused:
            raise RuntimeError(f"{request.name} is refused")
        urn = f"urn:pulumi:stack::{PROJECT}::{request.type}::{request.name}"
        inputs = PropertyValue.unmarshal_map(request.object)
        self.program[request.type, request.name] = Declared(
            urn=urn,
            parent=request.parent,
            provider=request.provider.rpartition("::")[0],
            inputs=plain(inputs),
            secrets=frozenset(key for key, value in inputs.items() if value.contains_secret()),
            dependencies=frozenset(request.dependencies),
            ignored=tuple(request.ignoreChanges),
            protected=request.protect,
            retained=request.retainOnDelete,
        )
        made = next((made for kind, made in MADE.items() if kind in request.type), {})
        outputs = PropertyValue.marshal_map({**inputs, **made})
        return resource_pb2.RegisterResourceResponse(urn=urn, id=request.name, object=outputs)

    def RegisterResourceOutputs(self, request: resource_pb2.RegisterResourceOutputsRequest) -> Message:
        """Record the outputs of a component, or of the stack."""
        self.outputs[request.urn] = PropertyValue.unmarshal_map(request.outputs)
        return empty_pb2.Empty()

    def GetDeploymentInfo(self, _: Message) -> Message:
        """Say what the recorder understands."""
        return resource_pb2.DeploymentInfo(supportedFeatures=FEATURES)

    def SignalAndWaitForShutdown(self, _: Message) -> Message:
        """End at once."""
        return empty_pb2.Empty()

    def Log(self, request: engine_pb2.LogRequest) -> Message:
        """Forget what is logged."""
        del request
        return empty_pb2.Empty()


def declare(program: Callable[[Value], None], settings: Value) -> Program:
    """Return what *program* declares with *settings*, by type and name."""
    return record(lambda: program(settings)).program


def record(
    program: Callable[[], Awaitable[None] | None],
    *,
    stack: str = "stack",
    config: Mapping[str, str] | None = None,
    refused: str | None = None,
) -> Recorder:
    """Run *program* as an engine does, in surroundings of its own, and return the recorder."""
    recorder = Recorder(refused=refused)
    contextvars.Context().run(_run, program, recorder, stack, dict(config or {}))
    return recorder


def _run(program: Callable[[], Awaitable[None] | None], recorder: Recorder, stack: str, config: dict[str, str]) -> None:
    pulumi.runtime.configure(
        pulumi.runtime.Settings(project=PROJECT, stack=stack, monitor=recorder, engine=recorder, dry_run=False)
    )
    pulumi.runtime.set_all_config(config)
    with asyncio.Runner() as runner, ThreadPoolExecutor() as threads:
        runner.get_loop().set_default_executor(threads)
        runner.run(pulumi.runtime.run_in_stack(program))
