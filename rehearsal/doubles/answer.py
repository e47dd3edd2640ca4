"""An answer as a double gives it."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Self

from pydantic import JsonValue


@dataclasses.dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer."""

    status: int = 200
    """Status."""
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Headers; the length is added."""
    body: bytes = b""
    """Content."""

    @classmethod
    def of_json(cls, content: JsonValue, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Self:
        """Return the answer that says *content* as JSON."""
        told = {"Content-Type": "application/json", **(headers or {})}
        return cls(status=status, headers=told, body=json.dumps(content).encode())
