"""How two recordings of a case differ."""

import json
from collections.abc import Iterable, Mapping, Sequence

from pydantic import JsonValue

from tests.engine.conformance.case import Case, Step
from tests.engine.conformance.recording import Outcome, Recording, Resource
from tests.engine.conformance.settled import settled

_MUTATING = frozenset({"Create", "Update", "Delete", "Read"})
"""Calls whose order matters; a refresh reads in any order."""


def differences(expected: Recording, *, found: Recording, case: Case) -> list[str]:
    """Return one line for each place where *found* is not as *expected*; none when they agree."""
    lines: list[str] = []
    before: list[Resource] = []
    for number, (step, want, have) in enumerate(zip(case.steps, expected.outcomes, found.outcomes, strict=True), 1):
        where = f"step {number} ({step.verb} {step.program})"
        if step.refused and found.engine != expected.engine:
            found_lines = _refusal(have, step=step, before=before)
        else:
            sides = [settled(outcome, step=step) for outcome in (want, have)]
            found_lines = _outcome(sides[0], sides[1], step=step, ordered=case.ordered, before=before)
        lines += [f"{where}: {line}" for line in found_lines]
        before = want.resources
    return lines


def _refusal(have: Outcome, *, step: Step, before: Sequence[Resource]) -> list[str]:
    kept = [*have.resources, *(operation["resource"] for operation in have.pending)]
    return [
        *_unequal("result", "failed", have.result),
        *_unequal("changes", [], _changes(have.calls, step=step)),
        *_unequal("objects in state and pending operations", _objects(before), _objects(kept)),
    ]


def _objects(resources: Iterable[JsonValue]) -> list[str]:
    return sorted(
        str(resource["urn"]) for resource in resources if isinstance(resource, dict) and not _is_internal(resource)
    )


def _is_internal(thing: Mapping[str, JsonValue]) -> bool:
    return str(thing["type"]).startswith(("pulumi:providers:", "pulumi:pulumi:Stack"))


def _outcome(want: Outcome, have: Outcome, *, step: Step, ordered: bool, before: Sequence[Resource]) -> list[str]:
    lines = _unequal("result", want.result, have.result)
    lines += [f"diagnostics: expected the words {words!r}" for words in step.says if not _says(have, words)]
    lines += _unequal("resources with errors", _failed(want), _failed(have))
    lines += _unequal("counts", dict(want.counts), dict(have.counts))
    lines += _unequal("outputs", want.outputs, have.outputs)
    lines += _grouped("steps", _by_urn(want.steps), _by_urn(have.steps))
    lines += _grouped("calls", _by_target(want.calls), _by_target(have.calls))
    lines += _grouped("state", _by_urn(want.resources), _by_urn(have.resources))
    lines += _unequal("pending operations", want.pending, have.pending)
    lines += [line for line in _misplaced(have.resources) if line not in _misplaced(want.resources)]
    if ordered:
        if not _refreshes(step):
            lines += _unequal("order of steps", _order(want.steps), _order(have.steps))
        lines += _unequal("order of the state", _order(want.resources), _order(have.resources))
        lines += _unequal("order of changes", _changes(want.calls, step=step), _changes(have.calls, step=step))
    else:
        lines += _out_of_order(want, have, step=step, resources=[*before, *want.resources])
    return lines


def _says(outcome: Outcome, words: str) -> bool:
    return any(words.lower() in said["message"].lower() for said in outcome.diagnostics)


def _failed(outcome: Outcome) -> list[str]:
    return sorted({said["urn"] for said in outcome.diagnostics if said["severity"] == "error" and said["urn"]})


def _refreshes(step: Step) -> bool:
    return step.refresh or step.verb == "refresh"


def _order(things: Iterable[Mapping[str, JsonValue]]) -> list[str]:
    return [f"{thing.get('op', thing.get('id', ''))} {thing['urn']}" for thing in things if not _is_internal(thing)]


def _changes(calls: Iterable[Mapping[str, JsonValue]], *, step: Step) -> list[str]:
    methods = _MUTATING - {"Read"} if _refreshes(step) else _MUTATING
    return [f"{call['method']} {call['urn']} {call.get('id', '')}" for call in calls if call["method"] in methods]


def _by_urn(things: Iterable[Mapping[str, JsonValue]]) -> dict[str, list[Mapping[str, JsonValue]]]:
    groups: dict[str, list[Mapping[str, JsonValue]]] = {}
    for thing in things:
        groups.setdefault(str(thing["urn"]), []).append(thing)
    return groups


def _by_target(calls: Iterable[Mapping[str, JsonValue]]) -> dict[str, list[Mapping[str, JsonValue]]]:
    groups: dict[str, list[Mapping[str, JsonValue]]] = {}
    for call in calls:
        target = call.get("urn") or f"{call.get('tok')} {json.dumps(call.get('args'), sort_keys=True)}"
        groups.setdefault(str(target), []).append(call)
    return groups


def _grouped(
    where: str,
    want: Mapping[str, Sequence[Mapping[str, JsonValue]]],
    have: Mapping[str, Sequence[Mapping[str, JsonValue]]],
) -> list[str]:
    lines: list[str] = []
    for key in sorted({*want, *have}):
        lines += _sequence(f"{where} of {key}", want.get(key, ()), have.get(key, ()))
    return lines


def _sequence(
    where: str, want: Sequence[Mapping[str, JsonValue]], have: Sequence[Mapping[str, JsonValue]]
) -> list[str]:
    names = [
        [str(thing.get("method", thing.get("op", thing.get("id", "")))) for thing in side] for side in (want, have)
    ]
    if names[0] != names[1]:
        return [f"{where}: expected {', '.join(names[0]) or 'none'}; found {', '.join(names[1]) or 'none'}"]
    lines: list[str] = []
    for number, (left, right, name) in enumerate(zip(want, have, names[0], strict=True), 1):
        lines += _unequal(f"{where}: {number} {name}", dict(left), dict(right))
    return lines


def _unequal(where: str, want: JsonValue | Sequence[JsonValue], have: JsonValue | Sequence[JsonValue]) -> list[str]:
    if want == have:
        return []
    if isinstance(want, dict) and isinstance(have, dict):
        lines: list[str] = []
        for key in sorted({*want, *have}):
            if key not in want:
                lines.append(f"{where}: {key}: expected nothing; found {_short(have[key])}")
            elif key not in have:
                lines.append(f"{where}: {key}: expected {_short(want[key])}; found nothing")
            else:
                lines += _unequal(f"{where}: {key}", want[key], have[key])
        return lines
    return [f"{where}: expected {_short(want)}; found {_short(have)}"]


def _short(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=list)


def _needs(resource: Resource) -> set[str]:
    needs = {str(resource.get("parent", "")), str(resource.get("deletedWith", ""))}
    needs.add(str(resource.get("provider", "")).rpartition("::")[0])
    listed = resource.get("dependencies")
    if isinstance(listed, list):
        needs.update(str(urn) for urn in listed)
    return needs - {""}


def _misplaced(resources: Sequence[Resource]) -> list[str]:
    seen: set[str] = set()
    lines: list[str] = []
    for resource in resources:
        lines += [
            f"order of the state: {resource['urn']} stands before {need}, which it needs"
            for need in sorted(_needs(resource) - seen)
        ]
        seen.add(str(resource["urn"]))
    return lines


def _related(resources: Sequence[Resource]) -> tuple[set[frozenset[str]], set[frozenset[str]]]:
    needs: dict[str, set[str]] = {}
    for resource in resources:
        needs.setdefault(str(resource["urn"]), set()).update(_needs(resource))
    directly = {frozenset({urn, other}) for urn, others in needs.items() for other in others}
    at_all: set[frozenset[str]] = set()
    for urn in needs:
        reached: set[str] = set()
        open_ends = [urn]
        while open_ends:
            for need in needs.get(open_ends.pop(), set()) - reached:
                reached.add(need)
                open_ends.append(need)
        at_all |= {frozenset({urn, other}) for other in reached}
    return directly, at_all


def _out_of_order(want: Outcome, have: Outcome, *, step: Step, resources: Sequence[Resource]) -> list[str]:
    directly, at_all = _related(resources)
    lines: list[str] = []
    for pair in sorted(at_all, key=sorted):
        sides = [
            _changes(
                (
                    call
                    for call in outcome.calls
                    # deletes wait only for those that need the object directly
                    if call.get("urn") in pair and (call["method"] != "Delete" or pair in directly)
                ),
                step=step,
            )
            for outcome in (want, have)
        ]
        lines += _unequal("order of changes that depend on each other", sides[0], sides[1])
    return lines
