"""The package `pulumi` itself: stack references and the look-up of resources that this run has seen."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Final, cast

from engine.backend import Backend, StateError
from engine.difference import Diff
from engine.provider import ProviderError, ReadResult
from engine.state import Resource
from engine.urn import split
from engine.values import Properties, Value, contains_secret, same

_REFERENCE: Final = "pulumi:pulumi:StackReference"


class BuiltinProvider:
    """Serves `pulumi:pulumi:StackReference`, `readStackOutputs` and `getResource`."""

    def __init__(self, backend: Backend, seen: Callable[[str], Resource | None]) -> None:
        """Take the backend that other stacks lie in, and the look-up of resources by URN."""
        self._backend: Final = backend
        self._seen: Final = seen

    def check(
        self, urn: str, *, old: Properties | None, new: Properties, preview: bool, seed: bytes
    ) -> tuple[Properties, list[tuple[str, str]]]:
        """Accept a stack reference with its name."""
        del old, preview, seed
        self._require(urn)
        unknown = [(key, f'unknown property "{key}"') for key in new if key != "name"]
        missing = [] if "name" in new else [("name", 'missing required property "name"')]
        return new, unknown or missing

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
        """Replace when the name differs."""
        del identity, old_outputs, preview, ignore
        self._require(urn)
        changed = not same(old_inputs.get("name"), new.get("name"))
        return Diff(changes=changed, replace_keys=("name",) if changed else ())

    def create(self, urn: str, *, inputs: Properties, timeout: float, preview: bool) -> tuple[str, Properties]:
        """Read the outputs and give a random id."""
        del timeout
        self._require(urn)
        return "" if preview else str(uuid.uuid4()), self._outputs(inputs)

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
        """Refuse: a stack reference has nothing to update."""
        del identity, old_inputs, old_outputs, new, timeout, preview, ignore
        raise ProviderError(f"unrecognized resource type '{split(urn).type}'")

    def delete(self, urn: str, *, identity: str, inputs: Properties, outputs: Properties, timeout: float) -> None:
        """Do nothing: there is no object."""

    def read(
        self, urn: str, *, identity: str, inputs: Properties | None, state: Properties | None, timeout: float
    ) -> ReadResult:
        """Read the outputs of the referenced stack."""
        del timeout
        self._require(urn)
        if inputs is None or "name" not in inputs:
            raise ProviderError("stack reference can not be imported")
        return ReadResult(identity=identity, outputs=self._outputs(state or inputs), inputs=inputs)

    def invoke(self, token: str, args: Properties, *, preview: bool) -> tuple[Properties, list[tuple[str, str]]]:
        """Serve `readStackOutputs` and `getResource`."""
        del preview
        if token == "pulumi:pulumi:readStackOutputs":  # noqa: S105  # the name of a function
            return self._outputs(args), []
        if token == "pulumi:pulumi:getResource":  # noqa: S105  # the name of a function
            resource = self._seen(str(args["urn"]))
            if resource is None:
                raise ProviderError(f"unknown resource {args['urn']}")
            return {
                "urn": resource.urn,
                "id": resource.id,
                "provider": resource.provider,
                "state": dict(resource.outputs),
            }, []
        raise ProviderError(f"unrecognized function name: '{token}'")

    def _outputs(self, inputs: Properties) -> Properties:
        name = inputs["name"]
        try:
            outputs = cast("Mapping[str, Value]", self._backend.other(str(name)).outputs())
        except StateError as error:
            raise ProviderError(str(error)) from error
        secret: list[Value] = [key for key in sorted(outputs) if contains_secret(outputs[key])]
        return {"name": name, "outputs": dict(outputs), "secretOutputNames": secret}

    @staticmethod
    def _require(urn: str) -> None:
        if split(urn).type != _REFERENCE:
            raise ProviderError(f"unrecognized resource type '{split(urn).type}'")
