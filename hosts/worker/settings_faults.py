"""What is wrong with the settings of a layer, before any host is asked."""

import difflib
import json
from collections.abc import Iterator, Mapping
from typing import get_args

from pydantic import JsonValue, ValidationError
from pydantic_core import ErrorDetails

from hosts.model import Model

Place = tuple[int | str, ...]


def settings_faults(model: type[Model], settings: Mapping[str, JsonValue]) -> Iterator[tuple[Place, str]]:
    """Yield the path of each key that cannot be used, and why: what is expected, and the key that was meant."""
    try:
        model.model_validate_json(json.dumps(settings))
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        # A mistyped key is one fault, not two: the key that was meant is not reported as missing as well.
        meant = {(*one["loc"][:-1], _meant(one["loc"], model=model)) for one in details if _is_unknown(one)}
        for one in details:
            if one["type"] != "missing" or one["loc"] not in meant:
                yield one["loc"], _fault(one, model=model)


def _fault(detail: ErrorDetails, *, model: type[Model]) -> str:
    place = detail["loc"]
    if _is_unknown(detail):
        meant = _meant(place, model=model)
        hint = f', did you mean "{meant}"?' if meant else "."
        return f"unknown key{hint} Expected {', '.join(_known(place, model=model)) or 'no settings'}"
    fault = "missing" if detail["type"] == "missing" else detail["msg"].removeprefix("Value error, ")
    described = _described(place, model=model)
    return f"{fault}. Expected: {described}" if described else fault


def _is_unknown(detail: ErrorDetails) -> bool:
    return detail["type"] == "extra_forbidden"


def _meant(place: Place, *, model: type[Model]) -> str | None:
    return next(iter(difflib.get_close_matches(str(place[-1]), _known(place, model=model), n=1)), None)


def _known(place: Place, *, model: type[Model]) -> list[str]:
    """Return the keys that may stand where *place* has its last one."""
    return [key for found in _models_at(place[:-1], model=model) for key in found.model_fields]


def _described(place: Place, *, model: type[Model]) -> str:
    """Return what the model says of the nearest key on the way to *place*."""
    for length in range(len(place), 0, -1):
        for found in _models_at(place[: length - 1], model=model):
            field = found.model_fields.get(str(place[length - 1]))
            if field is not None and field.description:
                return field.description
    return ""


def _models_at(place: Place, *, model: type[Model]) -> list[type[Model]]:
    found: list[type[Model]] = [model]
    for key in place:
        fields = [one.model_fields[key].annotation for one in found if isinstance(key, str) and key in one.model_fields]
        if fields:
            found = [inner for annotation in fields for inner in _models_in(annotation)]
    return found


def _models_in(annotation: object) -> list[type[Model]]:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return [annotation]
    return [inner for argument in get_args(annotation) for inner in _models_in(argument)]
