"""Name the inputs that are unknown, missing or of the wrong type."""

import difflib
from collections.abc import Iterator, Mapping

from provider.values import Properties, Unknown

_SHOWN = {str: "text", float: "a number", dict: "a mapping"}


def input_faults(inputs: Properties, expected: Mapping[str, type]) -> Iterator[tuple[str, str]]:
    """Yield (input, fault) for each of *inputs* that is not as *expected*; values are never repeated."""
    for key in inputs.keys() - expected.keys():
        close = difflib.get_close_matches(key, expected, n=1)
        hint = f", did you mean {close[0]!r}?" if close else "."
        yield key, f"unknown input{hint} Expected {', '.join(expected)}"
    for key, kind in expected.items():
        value = inputs.get(key)
        if value is None:
            yield key, f"missing. Expected {_SHOWN[kind]}"
        elif not isinstance(value, Unknown | kind) or isinstance(value, bool) or value == "":
            yield key, f"of the wrong type or empty. Expected {_SHOWN[kind]}"
