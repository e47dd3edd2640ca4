"""An organisation or one of its repositories."""

import dataclasses
import re
import urllib.parse
from typing import Self

from provider.factory_error import FactoryError

_NAME = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._-]+"
_PLACE = re.compile(rf"^({_NAME})(?:/({_NAME}))?$")


@dataclasses.dataclass(frozen=True)
class Place:
    """What secrets, variables and webhooks belong to."""

    owner: str
    """Organisation; a user too when a repository is named."""
    repository: str | None = None
    """Repository, `None` for the organisation itself."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `organisation` or `organisation/repository`."""
        match = _PLACE.match(text)
        if match is None:
            raise FactoryError(f"expected an organisation or organisation/repository, found {text!r}")
        return cls(match[1], match[2])

    @property
    def text(self) -> str:
        """Return it as it was read."""
        return self.owner if self.repository is None else f"{self.owner}/{self.repository}"

    @property
    def path(self) -> str:
        """Return where the API has it."""
        if self.repository is None:
            return f"/orgs/{quoted(self.owner)}"
        return f"/repos/{quoted(self.owner)}/{quoted(self.repository)}"


def quoted(segment: str) -> str:
    """Return one *segment* of a path."""
    return urllib.parse.quote(segment, safe="")
