"""What the official engine leaves open about two objects with one URN, brought into one order."""

import itertools
import json
from collections.abc import Sequence

from pydantic import JsonValue

from tests.engine.conformance.case import Step
from tests.engine.conformance.recording import Outcome

_Thing = dict[str, JsonValue]


def settled(outcome: Outcome, *, step: Step) -> Outcome:
    """Return *outcome* with the calls and steps of each URN in one order.

    An object that waits for its deletion has the URN of the one that replaced it. Both are read, or deleted, side by
    side.
    """
    refreshes = step.verb == "refresh"
    update = {
        "calls": _settled(outcome.calls, all_of_it=refreshes),
        "steps": _settled(outcome.steps, all_of_it=refreshes),
    }
    return outcome.model_copy(update=update)


def _settled(things: Sequence[_Thing], *, all_of_it: bool) -> list[_Thing]:
    places: dict[str, list[int]] = {}
    for place, thing in enumerate(things):
        places.setdefault(str(thing.get("urn")), []).append(place)
    result = list(things)
    for own in places.values():
        items = [things[place] for place in own]
        for place, item in zip(own, _by_id(items) if all_of_it else _deletes_sorted(items), strict=True):
            result[place] = item
    return result


def _by_id(things: Sequence[_Thing]) -> list[_Thing]:
    return sorted(things, key=lambda thing: str(thing.get("id", "") if "method" in thing else json.dumps(thing)))


def _deletes_sorted(things: Sequence[_Thing]) -> list[_Thing]:
    result: list[_Thing] = []
    for deletes, run in itertools.groupby(things, key=_deletes):
        items = list(run)
        result += sorted(items, key=json.dumps) if deletes else items
    return result


def _deletes(thing: _Thing) -> bool:
    return thing.get("method") == "Delete" or thing.get("op") in {"delete", "delete-replaced"}
