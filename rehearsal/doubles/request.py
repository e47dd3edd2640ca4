"""A request as a double gets it."""

import dataclasses
import json
import urllib.parse
from collections.abc import Mapping

from pydantic import JsonValue


@dataclasses.dataclass(frozen=True, kw_only=True)
class Request:
    """One request, as it was sent."""

    method: str
    """Method."""
    path: str
    """Path, with its percent signs."""
    raw_query: str
    """What stands behind the question mark, as it was sent."""
    headers: Mapping[str, str]
    """Headers, their names in lower case."""
    body: bytes
    """Content."""

    @property
    def segments(self) -> tuple[str, ...]:
        """Return the parts of the path between slashes, without percent signs."""
        return tuple(urllib.parse.unquote(part) for part in self.path.strip("/").split("/"))

    @property
    def query(self) -> Mapping[str, str]:
        """Return what was asked for; of a name given twice the last value."""
        return dict(urllib.parse.parse_qsl(self.raw_query, keep_blank_values=True))

    @property
    def form(self) -> Mapping[str, str]:
        """Return the content of a form."""
        return dict(urllib.parse.parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def bearer(self) -> str:
        """Return the token in the header `Authorization`, empty when there is none."""
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if kind.lower() == "bearer" else ""

    def json(self) -> JsonValue:
        """Return the content, JSON.

        Raises:
            ValueError: it is none.

        """
        content: JsonValue = json.loads(self.body)
        return content
