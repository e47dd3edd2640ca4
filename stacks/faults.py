"""Say what is wrong with settings: one line per fault, never a value."""

import difflib
import re
import types
from collections.abc import Iterable, Sequence
from typing import Annotated, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from stacks.model import Expect, Model

Path = tuple[int | str, ...]

_PRINTABLE_KEY = re.compile(r"^[A-Za-z_][A-Za-z0-9_-]{0,39}$")
_KINDS = {type(None): "nothing", bool: "yes or no", int: "a number", float: "a number", str: "text", list: "a list"}
_KEY = "[key]"
"""Stands in pydantic's places for a key of a mapping."""
_FOUND = {"missing": "missing", "json_invalid": "found text"}


class RefusedSettingsError(ValueError):
    """Settings that cannot be used; the text has one line per fault."""

    def __init__(self, faults: Iterable[str]) -> None:
        """Keep *faults* as the lines of the text."""
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


def fault_lines(error: ValidationError, *, model: type[Model], root: str) -> list[str]:
    """Return what *error* found in *model*, read at *root*: place, fault, expectation and example on one line each."""
    details = error.errors(include_url=False)
    # A mistyped key is one fault, not two: the key it was meant to be is not reported as missing as well.
    meant = {(*detail["loc"][:-1], _suggestion(detail["loc"], model=model)) for detail in details if _extra(detail)}
    # Pydantic counts only the entries without fault, so a list may be called too short because of one in it.
    inner = {detail["loc"][:-1] for detail in details} | {detail["loc"][:-2] for detail in details}
    repeated: dict[str, set[tuple[int | str | None, ...]]] = {"missing": {*meant}, "too_short": {*inner}}
    lines: list[str] = []
    for detail in details:
        reason = detail.get("ctx", {}).get("error")
        if isinstance(reason, RefusedSettingsError):
            lines += reason.faults
        elif detail["loc"] not in repeated.get(detail["type"], ()):
            lines.append(_line(detail, model=model, root=root))
    return lines


def _line(detail: ErrorDetails, *, model: type[Model], root: str) -> str:
    place = _shown(detail["loc"], root=root)
    if not _extra(detail):
        _, expect = _declared(detail["loc"], model=model)
        return f"{place}: {_found(detail)}. Expected {expect.sentence}, for example `{expect.example}`"
    suggestion = _suggestion(detail["loc"], model=model)
    known = _known(detail["loc"], model=model)
    _, expect = _declared((*detail["loc"][:-1], suggestion or known[0]), model=model)
    hint = f', did you mean "{suggestion}"?' if suggestion else "."
    return f"{place}: unknown key{hint} Expected {_listed(known)}, for example `{expect.example}`"


def _extra(detail: ErrorDetails) -> bool:
    return detail["type"] == "extra_forbidden"


def _found(detail: ErrorDetails) -> str:
    if detail["type"] in _FOUND:
        return _FOUND[detail["type"]]
    if detail["type"] == "too_short":
        return f"found {'too short a' if detail['input'] else 'an empty'} list"
    kind = _KINDS.get(type(detail["input"]), "a mapping")
    return f"found {kind}" if detail["type"].endswith("_type") else f"found {kind} that does not fit"


def _suggestion(place: Path, *, model: type[Model]) -> str | None:
    return next(iter(difflib.get_close_matches(str(place[-1]), _known(place, model=model), n=1)), None)


def _known(place: Path, *, model: type[Model]) -> list[str]:
    """Return the keys that may stand where *place* has one."""
    parent, _ = _declared(place[:-1], model=model)
    return list(parent.model_fields) if isinstance(parent, type) and issubclass(parent, Model) else []


def _declared(place: Path, *, model: type[Model]) -> tuple[object, Expect]:
    """Return the type declared at *place*, and what it expects."""
    declared: object = model
    metadata: Sequence[object] = (
        Expect(
            sentence=f"a mapping of {', '.join(model.model_fields)}", example=f"{next(iter(model.model_fields))}: …"
        ),
    )
    for key in place:
        if isinstance(declared, type) and issubclass(declared, Model):
            field = declared.model_fields[str(key)]
            declared, metadata = field.annotation, field.metadata
        elif key != _KEY:
            # Of a mapping's two types the last is that of the values; what a value expects stands for its key too.
            declared = next(each for each in reversed(get_args(declared)) if each is not Ellipsis)
        if get_origin(declared) is Annotated:
            declared, *metadata = get_args(declared)
        declared = next((each for each in _alternatives(declared) if each is not type(None)), declared)
    return declared, next(note for note in metadata if isinstance(note, Expect))


def _alternatives(declared: object) -> tuple[object, ...]:
    return get_args(declared) if isinstance(declared, types.UnionType) else ()


def _shown(place: Path, *, root: str) -> str:
    """Return *place* as a path; a key that may be more than a key is not repeated."""
    steps = (
        f"[{key}]" if isinstance(key, int) else f".{key if _PRINTABLE_KEY.match(key) else '(a key that is no name)'}"
        for key in place
    )
    return root + "".join(steps)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
