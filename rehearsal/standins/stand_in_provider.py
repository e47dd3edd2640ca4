"""The provider protocol for a set of resource kinds; the kinds know nothing of Pulumi."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar, TypeVar

from pulumi.provider.experimental import provider as protocol
from pulumi.provider.experimental.property_value import PropertyValue

from rehearsal.standins.compare import compare
from rehearsal.standins.plain import UNKNOWN, Plain, Properties, Unknown, from_plain, to_plain
from rehearsal.standins.resource_kind import Property, ResourceKind
from rehearsal.standins.stand_in_function import StandInFunction

THREADS = 8
OF_THE_ENGINE = ("version", "pluginDownloadURL")
Answer = TypeVar("Answer")


class StandInProvider(protocol.Provider):
    """Serves some types and functions of an official package and refuses all others by name."""

    settings: ClassVar[Sequence[str]] = ()
    """The settings of the official provider that it knows."""

    def __init__(self, package: str, kinds: Sequence[ResourceKind], functions: Sequence[StandInFunction] = ()) -> None:
        """Serve *kinds* and *functions* under the name of the official *package*."""
        self._package = package
        self._kinds = {kind.token: kind for kind in kinds}
        self._functions = {function.token: function for function in functions}
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix=package)

    async def check_config(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        """Refuse settings that the stand-in does not know."""
        known = (*self.settings, *OF_THE_ENGINE)
        return protocol.CheckResponse(
            inputs=request.new_inputs,
            failures=[
                protocol.CheckFailure(name, f"the stand-in for {self._package} does not know the setting {name}")
                for name in request.new_inputs
                if name not in known
            ],
        )

    async def configure(self, request: protocol.ConfigureRequest) -> protocol.ConfigureResponse:
        """Take no secrets: the engine then marks them in what comes back."""
        del request
        return protocol.ConfigureResponse(accept_secrets=False, supports_preview=True)

    async def check(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        """Refuse what the stand-in does not know, and fill in the defaults."""
        kind = self._kind(request.type)
        given = to_plain(request.new_inputs)
        failures = [protocol.CheckFailure(name, reason) for name, reason in self._faults(kind, given)]
        defaults = {
            name: declared.default
            for name, declared in kind.properties.items()
            if declared.default and name not in given and not declared.output
        }
        return protocol.CheckResponse(inputs=from_plain({**defaults, **given}), failures=failures)

    async def diff(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        """Compare the recorded state with the inputs."""
        kind = self._kind(request.type)
        state, inputs = to_plain(request.old_state), to_plain(request.new_inputs)
        found = compare(
            kind.properties, state=state, inputs=inputs, ignored=self._ignored(kind, request.ignore_changes)
        )
        replaces = sorted(name for name in found if kind.properties[name].replaces)
        return protocol.DiffResponse(
            changes=bool(found),
            replaces=replaces,
            stables=sorted(name for name, item in kind.properties.items() if item.replaces and name not in found),
            delete_before_replace=bool(replaces) and kind.named and state.get("name") == inputs.get("name"),
            diffs=sorted(found),
            detailed_diff=found,
        )

    async def create(self, request: protocol.CreateRequest) -> protocol.CreateResponse:
        """Make the resource, or say what it would look like."""
        kind = self._kind(request.type)
        inputs = _with_defaults(kind.properties, to_plain(request.properties))
        if request.preview:
            unknown = {name: UNKNOWN for name, item in kind.properties.items() if (item.computed or item.output)}
            return protocol.CreateResponse(properties=_marked(kind, {**unknown, **inputs}))
        identity, state = await self._in_thread(lambda: kind.create(inputs))
        return protocol.CreateResponse(identity, _marked(kind, state))

    async def read(self, request: protocol.ReadRequest) -> protocol.ReadResponse:
        """Ask the server; a refresh brings the inputs that the program gave up to date, an import finds them all."""
        kind = self._kind(request.type)
        old_state, old_inputs = to_plain(request.properties), to_plain(request.inputs)
        answer = await self._in_thread(lambda: kind.read(request.resource_id, old_state))
        if answer is None:
            return protocol.ReadResponse()
        identity, state = answer
        wanted = old_inputs if old_state else _importable(kind.properties, state)
        inputs = {name: state[name] for name in wanted if state.get(name) is not None}
        return protocol.ReadResponse(identity, _marked(kind, state), _marked(kind, inputs))

    async def update(self, request: protocol.UpdateRequest) -> protocol.UpdateResponse:
        """Change the resource in place, or say what it would look like."""
        kind = self._kind(request.type)
        old = to_plain(request.olds)
        new = _with_defaults(kind.properties, to_plain(request.news))
        for name, item in kind.properties.items():
            if name in self._ignored(kind, request.ignore_changes) or (item.computed and name not in new):
                new.pop(name, None)
                if name in old:
                    new[name] = old[name]
        if request.preview:
            outputs = {name: old[name] for name, item in kind.properties.items() if item.output and name in old}
            return protocol.UpdateResponse(_marked(kind, {**outputs, **new}))
        state = await self._in_thread(lambda: kind.update(request.resource_id, old=old, new=new))
        return protocol.UpdateResponse(_marked(kind, state))

    async def delete(self, request: protocol.DeleteRequest) -> None:
        """Remove the resource."""
        kind = self._kind(request.type)
        state = to_plain(request.properties)
        await self._in_thread(lambda: kind.delete(request.resource_id, state))

    async def invoke(self, request: protocol.InvokeRequest) -> protocol.InvokeResponse:
        """Answer for a function that is stood in for; refuse all others by name."""
        function = self._functions.get(request.tok)
        if function is None:
            return protocol.InvokeResponse(
                failures=[protocol.CheckFailure("", f"the stand-in for {self._package} has no function {request.tok}")]
            )
        arguments = to_plain(request.args)
        unknown = [
            protocol.CheckFailure(name, f"the stand-in for {self._package} does not know {request.tok}.{name}")
            for name in arguments
            if name not in function.arguments
        ]
        if unknown:
            return protocol.InvokeResponse(failures=unknown)
        answer = await self._in_thread(lambda: function.call(arguments))
        return protocol.InvokeResponse(return_value=from_plain(answer))

    async def _in_thread(self, work: Callable[[], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _kind(self, token: str) -> ResourceKind:
        # A component's type is written before its child's: "factory:a:B$postgresql:index/role:Role".
        token = token.rpartition("$")[2]
        if token not in self._kinds:
            raise ValueError(
                f"the stand-in for {self._package} does not know {token}; it knows {', '.join(self._kinds)}"
            )
        return self._kinds[token]

    def _faults(self, kind: ResourceKind, given: Properties) -> list[tuple[str, str]]:
        faults = []
        for name, value in given.items():
            declared = kind.properties.get(name)
            if declared is None or declared.output:
                faults.append((name, f"the stand-in for {self._package} does not know {kind.token}.{name}"))
            elif reason := _misfit(declared, value):
                faults.append((name, reason))
        faults += [
            (name, f"{kind.token}.{name} is required")
            for name, declared in kind.properties.items()
            if declared.required and name not in given
        ]
        return faults

    def _ignored(self, kind: ResourceKind, paths: Sequence[str]) -> set[str]:
        nested = [path for path in paths if re.search(r"[.\[]", path)]
        if nested:
            raise ValueError(
                f"the stand-in for {self._package} ignores whole properties only, found {nested[0]} ({kind.token})"
            )
        return set(paths)


def _misfit(declared: Property, value: Plain) -> str | None:
    if isinstance(value, Unknown):
        return None
    # bool is an int to Python, not to Pulumi.
    if not isinstance(value, declared.type) or (isinstance(value, bool) and declared.type is not bool):
        return f"expected a {declared.type.__name__}, found a {type(value).__name__}"
    if declared.minimum is not None and isinstance(value, int) and value < declared.minimum:
        return f"expected at least {declared.minimum}, found {value}"
    return None


def _with_defaults(properties: Mapping[str, Property], given: Properties) -> Properties:
    defaults = {name: item.default for name, item in properties.items() if item.default is not None}
    return {**defaults, **given}


def _importable(properties: Mapping[str, Property], state: Properties) -> list[str]:
    return [
        name
        for name, item in properties.items()
        if not item.output and (item.required or (state.get(name) and state.get(name) != item.default))
    ]


def _marked(kind: ResourceKind, values: Properties) -> dict[str, PropertyValue]:
    return from_plain(values, secret=[name for name, item in kind.properties.items() if item.secret])
