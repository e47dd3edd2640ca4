"""Which settings a model refuses."""

import json

from pydantic import JsonValue, ValidationError

from hosts.model import Model
from tests.hosts.system.tried_machine import Settings


def refused_settings(model: type[Model], settings: Settings, **changed: JsonValue) -> dict[str, str]:
    """Return first key of the place → message of each fault that the settings have after the change."""
    try:
        model.model_validate_json(json.dumps({**settings, **changed}))
    except ValidationError as error:
        return {str(each["loc"][0] if each["loc"] else ""): each["msg"] for each in error.errors()}
    return {}
