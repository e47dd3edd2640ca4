"""Which number each credential has, as `factory:generations` of the stack file says it."""

import difflib
import json
from collections.abc import Iterable, Mapping

from components.generation import Generation
from stacks.faults import RefusedSettingsError

PLACE = "factory:generations"
EXAMPLE = '{"r2-my-state": {"current": 2, "kept": [1]}}'


def read_generations(text: str | None, *, known: Iterable[str]) -> Mapping[str, Generation]:
    """Return the generation of each of the *known* credentials; one that *text* does not name has its first.

    Raises:
        RefusedSettingsError: *text* is no JSON object of that shape, or names a credential that is not known.

    """
    names = [*known]
    try:
        entries = json.loads(text or "{}")
        found = {name: _generation(entry) for name, entry in entries.items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        raise RefusedSettingsError([f"{PLACE}: cannot be read. Expected JSON text such as {EXAMPLE}"]) from None
    faults = [_unknown(name, names) for name in found if name not in names]
    if faults:
        raise RefusedSettingsError(faults)
    return {name: found.get(name, Generation()) for name in names}


def _generation(entry: Mapping[str, object]) -> Generation:
    kept, current = entry.get("kept", []), entry["current"]
    # `ending` is what a renewal has still to prove; any other word would be one that is dropped in silence.
    if not {*entry} <= {"current", "kept", "ending"}:
        raise TypeError(EXAMPLE)
    if not isinstance(kept, list) or not isinstance(current, int) or not all(isinstance(each, int) for each in kept):
        raise TypeError(EXAMPLE)
    return Generation(current=current, kept=tuple(kept))


def _unknown(name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1)
    hint = f', did you mean "{near[0]}"?' if near else "."
    return f"{PLACE}: no such credential{hint} Expected one of {', '.join(names) or 'none'}"
