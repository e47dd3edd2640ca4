"""The resource type `factory:hosts:Layer`: one layer on one machine, asked and applied by the worker."""

import os
from collections.abc import Mapping, Sequence

from pulumi.provider.experimental import provider as protocol
from pulumi.provider.experimental.provider import PropertyDiff, PropertyDiffKind
from pydantic import TypeAdapter

from provider.differences import differences
from provider.factory_error import FactoryError
from provider.guard import refuse_production
from provider.hosts.engine_log import EngineLog
from provider.hosts.json_values import from_json, property_path, to_json
from provider.hosts.worker_process import Answer, WorkerProcess
from provider.input_faults import input_faults
from provider.values import Properties, Unknown, plain, wrapped

INPUTS: Mapping[str, type] = {"host": dict, "layer": str, "settings": dict, "given": dict}
AS_DECLARED: Properties = {"pending": [], "differences": {}}
"""What every machine shall answer; put among the inputs, so that another answer is a difference that shows."""
ANSWERS = frozenset({*AS_DECLARED, "digest", "gives", "gives_secret"})
NAMED_BY = ("host.name", "layer")
FAULTS: TypeAdapter[Sequence[tuple[Sequence[str | int], str]]] = TypeAdapter(Sequence[tuple[Sequence[str | int], str]])


class HostLayers:
    """Answers the protocol for the layers of machines; only reading, creating and updating contact a machine."""

    def __init__(self, worker: WorkerProcess, log: EngineLog) -> None:
        """Have *worker* do what concerns machines, and *log* tell how far it is."""
        self._worker = worker
        self._log = log

    async def check(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        """Refuse inputs that cannot be used, by path; the worker looks at them with the layer's own model."""
        # An import checks what was read, answers included: the declared ones take their place.
        given = {key: value for key, value in plain(request.new_inputs).items() if key not in ANSWERS}
        faults = [*input_faults(given, INPUTS)]
        faults += [(key, "not known yet. Expected a value that is known before any machine is asked")
                   for key in ("host", "layer", "settings") if not faults and _is_unknown(given[key])]  # fmt: skip
        if faults:
            return protocol.CheckResponse(inputs=wrapped(given), failures=_failures(faults))
        _refuse_production(given)
        answer = await self._checked(given, urn=request.urn, before=plain(request.old_inputs))
        # What is given may be wholly unknown in a preview; then its names are not known either.
        unknown = isinstance(given["given"], Unknown)
        found = [
            (property_path(place), fault) for place, fault in _faults(answer) if not (unknown and place[0] == "given")
        ]
        inputs = {**given, **AS_DECLARED, "digest": str(answer["digest"])}
        return protocol.CheckResponse(inputs=wrapped(inputs), failures=_failures(found))

    async def diff(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        """Compare the state, with what the machine answered last, with the declaration; nobody is asked."""
        found = differences(plain(request.old_state), plain(request.new_inputs))
        replaces = [path for path in NAMED_BY if path in found]
        kinds = {path: PropertyDiffKind.UPDATE_REPLACE if path in replaces else kind for path, kind in found.items()}
        return protocol.DiffResponse(
            changes=bool(found), replaces=replaces, stables=[*NAMED_BY],
            diffs=sorted({path.split(".")[0].split("[")[0] for path in found}),
            detailed_diff={path: PropertyDiff(kind, input_diff=False) for path, kind in kinds.items()},
        )  # fmt: skip

    async def create(self, request: protocol.CreateRequest) -> protocol.CreateResponse:
        """Apply the layer; a preview contacts no machine."""
        inputs = plain(request.properties)
        if request.preview:
            return protocol.CreateResponse(properties=wrapped(_not_known_yet(inputs)))
        outputs = await self._applied(inputs, urn=request.urn)
        return protocol.CreateResponse(_identity(inputs), wrapped(outputs))

    async def update(self, request: protocol.UpdateRequest) -> protocol.UpdateResponse:
        """Apply the layer; a preview contacts no machine, and expects the layer to give what it gave."""
        inputs, state = plain(request.news), plain(request.olds)
        if not request.preview:
            return protocol.UpdateResponse(wrapped(await self._applied(inputs, urn=request.urn)))
        gave = {"gives": state.get("gives"), "gives_secret": state.get("gives_secret")}
        names = [name for given in gave.values() if isinstance(given, Mapping) for name in given]
        answer = await self._checked(inputs, urn=request.urn)
        expected = {**inputs, **gave} if sorted(names) == answer["gives"] else _not_known_yet(inputs)
        return protocol.UpdateResponse(wrapped(expected))

    async def read(self, request: protocol.ReadRequest) -> protocol.ReadResponse:
        """Ask the machine what would change."""
        inputs = plain(request.inputs)
        if not inputs:
            raise FactoryError(
                f"{request.resource_id}: a layer is not imported: declare it. `up` asks the machine first, and changes "
                "nothing where it is as declared"
            )
        asked = {key: value for key, value in inputs.items() if key in INPUTS}
        answer = await self._checked(asked, urn=request.urn)
        if faults := _faults(answer):
            # The code has moved on: what the state says cannot be asked any more, the new declaration can.
            named = ", ".join(property_path(place) for place, _ in faults)
            found: Properties = {**AS_DECLARED, "pending": [f"Not asked: the layer no longer knows {named}"]}
            kept = {**plain(request.properties), **found}
            return protocol.ReadResponse(request.resource_id, wrapped(kept), wrapped({**inputs, **found}))
        outcome = await self._asked("read", asked, urn=request.urn)
        outputs = _outputs(asked, outcome, digest=str(answer["digest"]))
        answered = {key: outputs[key] for key in (*AS_DECLARED, "digest")}
        return protocol.ReadResponse(request.resource_id, wrapped(outputs), wrapped({**asked, **answered}))

    async def delete(self, request: protocol.DeleteRequest) -> None:
        """Take the layer away if it knows how; otherwise leave the machine as it is, without contacting it."""
        await self._asked("remove", plain(request.properties), urn=request.urn)

    async def cancel(self) -> None:
        """Stop after the operations under way."""
        await self._worker.stop()

    async def _applied(self, inputs: Properties, *, urn: str) -> Properties:
        answer = await self._checked(inputs, urn=urn)
        if faults := _faults(answer):
            raise FactoryError("\n".join(f"{property_path(place)}: {fault}" for place, fault in faults))
        return _outputs(inputs, await self._asked("apply", inputs, urn=urn), digest=str(answer["digest"]))

    async def _checked(self, inputs: Properties, *, urn: str, before: Properties | None = None) -> Answer:
        given, old = inputs["given"], (before or {}).get("settings")
        request = {
            "do": "check", "machine": to_json(inputs["host"]), "layer": inputs["layer"],
            "settings": to_json(inputs["settings"]), "given": sorted(given) if isinstance(given, Mapping) else [],
            "before": to_json(old) if isinstance(old, Mapping) else None,
        }  # fmt: skip
        return await self._worker.ask(request, tell=lambda text: self._log.tell(urn, text))

    async def _asked(self, do: str, inputs: Properties, *, urn: str) -> Answer:
        _refuse_production(inputs)
        request = {
            "do": do, "machine": to_json(inputs["host"]), "layer": inputs["layer"],
            "settings": to_json(inputs["settings"]), "given": to_json(inputs["given"]),
        }  # fmt: skip
        return await self._worker.ask(request, tell=lambda text: self._log.tell(urn, text))


def _identity(inputs: Properties) -> str:
    host = inputs["host"]
    return f"{host['name'] if isinstance(host, Mapping) else ''}/{inputs['layer']}"


def _outputs(inputs: Properties, outcome: Answer, *, digest: str) -> Properties:
    return {
        **inputs, "digest": digest, "pending": from_json(outcome["pending"]),
        "differences": from_json(outcome["differences"]), "gives": from_json(outcome["gives"]),
        "gives_secret": from_json(outcome["secrets"]),
    }  # fmt: skip


def _not_known_yet(inputs: Properties) -> Properties:
    return {**inputs, "gives": Unknown(), "gives_secret": Unknown()}


def _refuse_production(inputs: Properties) -> None:
    host = inputs["host"]
    places = (
        {key: value for key, value in host.items() if key in {"address", "jump"}} if isinstance(host, Mapping) else {}
    )
    refuse_production({f"host.{key}": str(value) for key, value in places.items()}, os.environ)


def _is_unknown(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(map(_is_unknown, value.values()))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return any(map(_is_unknown, value))
    return isinstance(value, Unknown)


def _faults(answer: Answer) -> Sequence[tuple[Sequence[str | int], str]]:
    return FAULTS.validate_python(answer["faults"])


def _failures(faults: Sequence[tuple[str, str]]) -> list[protocol.CheckFailure]:
    return [protocol.CheckFailure(path, fault) for path, fault in faults]
