"""The client of a provider plugin: property values in, property values out, with Pulumi's rules at the border."""

import json
from collections.abc import Callable, Sequence
from typing import Final, TypeVar, cast

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from engine import urn as urns
from engine.difference import KINDS, Diff, PropertyDiff
from engine.plugin import Plugin
from engine.provider import DiffUnavailableError, PartialFailureError, ProviderError, ProviderGoneError, ReadResult
from engine.state import encode
from engine.values import (
    Properties,
    Secret,
    Value,
    annotate_secrets,
    contains_secret,
    contains_unknown,
    from_struct,
    reveal,
    to_struct,
)

_Answer = TypeVar("_Answer")


class PluginProvider:
    """A provider in a plugin process."""

    def __init__(self, plugin: Plugin) -> None:
        """Say hello; a provider that knows no handshake says what it accepts when it is configured."""
        self.plugin: Final = plugin
        self._stub: Final = provider_pb2_grpc.ResourceProviderStub(plugin.channel)
        self._secrets = self._resources = self._preview = False
        self._known: bool | None = None
        self._error: ProviderError | None = None
        self._shook = False

    def handshake(self, engine: str, folder: str) -> None:
        """Exchange capabilities.

        Raises:
            ProviderError: the plugin answers with an error other than "not implemented".

        """
        request = provider_pb2.ProviderHandshakeRequest(
            engine_address=engine,
            root_directory=folder,
            program_directory=folder,
            configure_with_urn=True,
            supports_views=False,
            supports_refresh_before_update=False,
            invoke_with_preview=True,
        )
        try:
            answer = self._stub.Handshake(request, timeout=60)
        except grpc.RpcError as error:
            if _code(error) == grpc.StatusCode.UNIMPLEMENTED:
                return
            raise self._failure(error) from error
        self._secrets, self._resources, self._preview = answer.accept_secrets, answer.accept_resources, True
        self._shook = True

    def version(self) -> str:
        """Return the version that the plugin reports."""
        return str(self._call(self._stub.GetPluginInfo, empty_pb2.Empty()).version)

    # Configuration ---------------------------------------------------------------------------------------------

    def check_config(self, urn: str, old: Properties, new: Properties) -> tuple[Properties, list[tuple[str, str]]]:
        """Return the configuration with defaults, and failures as (property, reason)."""
        request = provider_pb2.CheckRequest(
            urn=urn,
            name=urns.split(urn).name,
            type=urns.split(urn).type,
            olds=_plain(old),
            news=_plain(new),
        )
        try:
            answer = self._stub.CheckConfig(request)
        except grpc.RpcError as error:
            if _code(error) == grpc.StatusCode.UNIMPLEMENTED:
                return new, []
            raise self._failure(error) from error
        inputs = from_struct(answer.inputs)
        annotate_secrets(inputs, new)
        return inputs, [(failure.property, failure.reason) for failure in answer.failures]

    def diff_config(
        self, urn: str, *, old_inputs: Properties, old_outputs: Properties, new: Properties, ignore: Sequence[str] = ()
    ) -> Diff:
        """Compare two configurations."""
        request = provider_pb2.DiffRequest(
            urn=urn,
            name=urns.split(urn).name,
            type=urns.split(urn).type,
            old_inputs=_plain(old_inputs),
            olds=_plain(old_outputs),
            news=_plain(new),
            ignoreChanges=ignore,
        )
        try:
            answer = self._stub.DiffConfig(request)
        except grpc.RpcError as error:
            if _code(error) == grpc.StatusCode.UNIMPLEMENTED:
                return Diff(changes=None)
            raise self._failure(error) from error
        return _diff(answer)

    def configure(self, urn: str, identity: str, inputs: Properties) -> None:
        """Give the configuration; in a preview one with unknown values is withheld.

        Raises:
            ProviderError: the provider refuses it. Each later call fails with the same words.

        """
        inputs = {key: value for key, value in inputs.items() if key != "__internal"}
        kind = urns.split(urn).type
        if any(contains_unknown(value) for key, value in inputs.items() if key != "version"):
            self._known = False
            return
        prefix = f"{urns.package(kind)}:config:"
        request = provider_pb2.ConfigureRequest(
            urn=urn,
            name=urns.split(urn).name,
            type=kind,
            id=identity,
            acceptSecrets=True,
            acceptResources=True,
            sends_old_inputs=True,
            sends_old_inputs_to_delete=True,
            variables={prefix + key: _variable(value) for key, value in inputs.items() if key != "version"},
            args=to_struct(inputs, unknowns=True, secrets=True, resources=True),
        )
        try:
            answer = self._call(self._stub.Configure, request)
        except ProviderError as error:
            self._error = error
            return
        if not self._shook:
            self._secrets, self._resources = answer.acceptSecrets, answer.acceptResources
            self._preview = answer.supportsPreview
        self._known = True

    # Objects -----------------------------------------------------------------------------------------------------

    def check(
        self, urn: str, *, old: Properties | None, new: Properties, preview: bool, seed: bytes
    ) -> tuple[Properties, list[tuple[str, str]]]:
        """See `Provider.check`."""
        if not self._ready():
            return new, []
        request = provider_pb2.CheckRequest(
            urn=urn,
            name=urns.split(urn).name,
            type=urns.split(urn).type,
            olds=None if old is None else self._struct(old, unknowns=preview),
            news=self._struct(new, unknowns=preview),
            randomSeed=seed,
        )
        if old is None:
            request.olds.SetInParent()
        answer = self._call(self._stub.Check, request)
        inputs = self._properties(answer.inputs, urn, unknowns=preview)
        if not self._secrets:
            annotate_secrets(inputs, new)
        return inputs, [(failure.property, failure.reason) for failure in answer.failures]

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
        """See `Provider.diff`."""
        if not self._ready():
            raise DiffUnavailableError(
                "The provider for this resource has inputs that are not known during preview.\n"
                "This preview may not correctly represent the changes that will be applied during an update."
            )
        request = provider_pb2.DiffRequest(
            id=identity,
            urn=urn,
            name=urns.split(urn).name,
            type=urns.split(urn).type,
            old_inputs=self._struct(old_inputs, unknowns=preview),
            olds=self._struct(old_outputs, unknowns=preview),
            news=self._struct(new, unknowns=preview),
            ignoreChanges=ignore,
        )
        return _diff(self._call(self._stub.Diff, request))

    def create(self, urn: str, *, inputs: Properties, timeout: float, preview: bool) -> tuple[str, Properties]:
        """See `Provider.create`."""
        ready = self._ready()
        if preview and not ready:
            return "", {}
        if preview and not self._preview:
            return "", dict(inputs)
        request = provider_pb2.CreateRequest(
            urn=urn,
            name=urns.split(urn).name,
            type=urns.split(urn).type,
            properties=self._struct(inputs, unknowns=preview),
            timeout=timeout,
            preview=preview,
        )
        answer = self._call(self._stub.Create, request, annotate=inputs)
        if not answer.id and not preview:
            raise ProviderError(f"plugin returned empty resource.ID from create '{urn}'")
        return answer.id, self._outputs(answer.properties, urn, inputs, unknowns=preview)

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
        """See `Provider.update`."""
        ready = self._ready()
        if preview and not ready:
            return {}
        if preview and not self._preview:
            return dict(new)
        request = provider_pb2.UpdateRequest(
            id=identity,
            urn=urn,
            name=urns.split(urn).name,
            type=urns.split(urn).type,
            olds=self._struct(old_outputs),
            old_inputs=self._struct(old_inputs),
            news=self._struct(new, unknowns=preview),
            timeout=timeout,
            ignoreChanges=ignore,
            preview=preview,
        )
        answer = self._call(self._stub.Update, request, annotate=new)
        return self._outputs(answer.properties, urn, new, unknowns=preview)

    def delete(self, urn: str, *, identity: str, inputs: Properties, outputs: Properties, timeout: float) -> None:
        """See `Provider.delete`."""
        self._ready()
        request = provider_pb2.DeleteRequest(
            id=identity,
            urn=urn,
            name=urns.split(urn).name,
            type=urns.split(urn).type,
            properties=self._struct(outputs),
            old_inputs=self._struct(inputs),
            timeout=timeout,
        )
        self._call(self._stub.Delete, request)

    def read(
        self, urn: str, *, identity: str, inputs: Properties | None, state: Properties | None, timeout: float
    ) -> ReadResult:
        """See `Provider.read`."""
        if not self._ready():
            return ReadResult(identity="", outputs={}, inputs={})
        request = provider_pb2.ReadRequest(
            id=identity,
            urn=urn,
            name=urns.split(urn).name,
            type=urns.split(urn).type,
            timeout=timeout,
        )
        if state is not None:
            request.properties.CopyFrom(self._struct(state))
        if inputs is not None:
            request.inputs.CopyFrom(self._struct(inputs))
        init_errors: list[str] = []
        try:
            answer = self._call(self._stub.Read, request)
            found, outputs = answer.id, self._properties(answer.properties, urn)
            given = self._properties(answer.inputs, urn) if answer.HasField("inputs") else None
        except PartialFailureError as error:
            found, outputs, given, init_errors = error.identity, error.outputs, error.inputs, error.reasons
        if not self._secrets:
            annotate_secrets(given, inputs)
            annotate_secrets(outputs, state)
        return ReadResult(identity=found, outputs=outputs, inputs=given, init_errors=init_errors)

    def invoke(self, token: str, args: Properties, *, preview: bool) -> tuple[Properties, list[tuple[str, str]]]:
        """See `Provider.invoke`."""
        if not self._ready():
            return {}, []
        request = provider_pb2.InvokeRequest(tok=token, args=self._struct(args), preview=preview)
        answer = self._call(self._stub.Invoke, request)
        result = from_struct(getattr(answer, "return"))
        if not self._secrets and contains_secret(cast("Value", args)):
            result = {key: value if isinstance(value, Secret) else Secret(value) for key, value in result.items()}
        return result, [(failure.property, failure.reason) for failure in answer.failures]

    # -----------------------------------------------------------------------------------------------------------

    def _ready(self) -> bool:
        """Tell whether the provider is configured.

        Raises:
            ProviderError: it refused its configuration.

        """
        if self._error is not None:
            raise self._error
        return bool(self._known)

    def _struct(self, properties: Properties, *, unknowns: bool = False) -> struct_pb2.Struct:
        return to_struct(properties, unknowns=unknowns, secrets=self._secrets, resources=self._resources)

    def _properties(self, struct: struct_pb2.Struct, urn: str, *, unknowns: bool = False) -> Properties:
        properties = from_struct(struct)
        if not unknowns and contains_unknown(cast("Value", properties)):
            raise ProviderError(f"{urn}: the provider {self.plugin.package} returned an unknown value")
        return properties

    def _outputs(self, struct: struct_pb2.Struct, urn: str, inputs: Properties, *, unknowns: bool) -> Properties:
        outputs = self._properties(struct, urn, unknowns=unknowns)
        if not self._secrets:
            annotate_secrets(outputs, inputs)
        return outputs

    def _call(self, method: Callable[..., _Answer], request: object, annotate: Properties | None = None) -> _Answer:
        try:
            return method(request)
        except grpc.RpcError as error:
            failure = self._failure(error)
            if isinstance(failure, PartialFailureError) and not self._secrets:
                annotate_secrets(failure.outputs, annotate)
            raise failure from error

    def _failure(self, error: grpc.RpcError) -> ProviderError:
        if self.plugin.ended(soon=_code(error) == grpc.StatusCode.UNAVAILABLE):
            return ProviderGoneError(f"the provider {self.plugin.package} died.{self.plugin.last_output()}")
        if (partial := _partial(error)) is not None:
            inputs = from_struct(partial.inputs) if partial.HasField("inputs") else None
            return PartialFailureError(list(partial.reasons), partial.id, from_struct(partial.properties), inputs)
        return ProviderError(_details(error))


def _code(error: grpc.RpcError) -> grpc.StatusCode:
    return cast("grpc.Call", error).code()


def _details(error: grpc.RpcError) -> str:
    return str(cast("grpc.Call", error).details())


def _partial(error: grpc.RpcError) -> provider_pb2.ErrorResourceInitFailed | None:
    for key, value in cast("grpc.Call", error).trailing_metadata() or ():
        if key != "grpc-status-details-bin":
            continue
        status = status_pb2.Status.FromString(cast("bytes", value))
        for detail in status.details:
            failed = provider_pb2.ErrorResourceInitFailed()
            if detail.Unpack(failed):
                return failed
    return None


def _plain(properties: Properties) -> struct_pb2.Struct:
    return to_struct(properties, unknowns=True, secrets=False, resources=False)


def _variable(value: Value) -> str:
    plain = reveal(value)
    return plain if isinstance(plain, str) else json.dumps(encode(plain, str), separators=(",", ":"))


def _diff(answer: provider_pb2.DiffResponse) -> Diff:
    changes = {provider_pb2.DiffResponse.DIFF_NONE: False, provider_pb2.DiffResponse.DIFF_SOME: True}
    detailed = None
    if answer.hasDetailedDiff:
        detailed = {
            path: PropertyDiff(kind=KINDS[item.kind], input=item.inputDiff)
            for path, item in answer.detailedDiff.items()
        }
    return Diff(
        changes=changes.get(answer.changes),
        replace_keys=tuple(answer.replaces),
        changed_keys=tuple(answer.diffs),
        delete_before_replace=answer.deleteBeforeReplace,
        detailed=detailed,
    )
