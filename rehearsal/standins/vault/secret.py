"""`vault:kv/secret:Secret`."""

import json
from collections.abc import Mapping
from typing import ClassVar

from rehearsal.standins.plain import Plain, Properties
from rehearsal.standins.resource_kind import Property
from rehearsal.standins.vault.kept_object import KeptObject
from rehearsal.standins.vault.vault_session import Answer


class Secret(KeptObject):
    """A secret of KV 1; a value that was changed by hand is seen."""

    token = "vault:kv/secret:Secret"  # noqa: S105 - the name of a type
    place = "{path}"
    properties: ClassVar[Mapping[str, Property]] = {
        "data": Property(type=dict, output=True, secret=True),
        "dataJson": Property(type=str, required=True, secret=True),
        "path": Property(type=str, required=True, replaces=True),
    }

    def sent(self, new: Properties, old: Properties) -> dict[str, Plain]:
        """Return the secret itself: it is the whole body."""
        del old
        return mapping(str(new["dataJson"]))

    def _state(self, path: str, answer: Answer, known: Properties) -> Properties:
        text = str(known.get("dataJson") or "")
        same = bool(text) and mapping(text) == answer
        return {
            "path": path,
            # Another way of writing the same JSON is no difference, as for the official one.
            "dataJson": text if same else json.dumps(answer, separators=(",", ":"), sort_keys=True),
            "data": {key: value if isinstance(value, str) else json.dumps(value) for key, value in answer.items()},
        }


def mapping(text: str) -> dict[str, Plain]:
    """Return what *text* holds; the message of the error does not repeat it."""
    try:
        content = json.loads(text)
    except ValueError:
        raise ValueError("expected dataJson to hold JSON, found something else") from None
    if not isinstance(content, dict):
        raise TypeError(f"expected dataJson to hold a mapping, found a {type(content).__name__}")
    return content
