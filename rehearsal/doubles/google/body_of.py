"""The content of a request, checked field by field."""

from collections.abc import Mapping
from typing import TypeAlias

from pydantic import JsonValue

from rehearsal.doubles.google.refusals import refused
from rehearsal.doubles.request import Request

Fields: TypeAlias = Mapping[str, object]
"""Name → type, or the fields of an object, or in a list those of its objects."""


def body_of(request: Request, fields: Fields) -> dict[str, JsonValue]:
    """Return the content of *request*, which must hold no other *fields* and these of the right type."""
    try:
        content = request.json()
    except ValueError:
        raise refused(400, "Parse Error") from None
    if not isinstance(content, dict):
        raise refused(400, "Invalid JSON payload received. Expected an object.")
    _check(content, fields, "")
    return content


def _check(content: Mapping[str, JsonValue], fields: Fields, place: str) -> None:
    for name, value in content.items():
        wanted = fields.get(name)
        if wanted is None:
            raise refused(400, f'Invalid JSON payload received. Unknown name "{name}"{place}: Cannot find field.')
        if value is not None:
            _check_value(value, wanted, f' at "{name}"')


def _check_value(value: JsonValue, wanted: object, place: str) -> None:
    if isinstance(wanted, Mapping):
        if not isinstance(value, dict):
            raise refused(400, f"Invalid value{place}: expected an object.")
        _check(value, wanted, place)
    elif isinstance(wanted, list):
        if not isinstance(value, list):
            raise refused(400, f"Invalid value{place}: expected a list.")
        for item in value:
            _check_value(item, wanted[0], place)
    elif isinstance(wanted, type) and (
        not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool)
    ):
        raise refused(400, f"Invalid value{place}: of the wrong type.")
