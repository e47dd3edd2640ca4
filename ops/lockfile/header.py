"""The first lines of a requirement file: what it was made from, and what it held then."""

import hashlib
from dataclasses import dataclass

FIRST_LINE = "# Made by `./factory lock` from pyproject.toml; not edited by hand."
DECLARED = "# declared: "
CONTENT = "# content: "


@dataclass(frozen=True, kw_only=True)
class LockFile:
    """One requirement file taken apart."""

    declared: str
    """Digest of the dependency tables it was made from."""

    content: str
    """Digest that its lines had when it was made."""

    body: str
    """Its lines after the header."""

    @property
    def actual_content(self) -> str:
        """Digest of its lines as they are now."""
        return hashlib.sha256(self.body.encode()).hexdigest()


def with_header(body: str, *, declared: str) -> str:
    """Return the text of a requirement file with *body* made from the tables whose digest is *declared*."""
    content = hashlib.sha256(body.encode()).hexdigest()
    return f"{FIRST_LINE}\n{DECLARED}{declared}\n{CONTENT}{content}\n{body}"


def take_apart(text: str) -> LockFile | None:
    """Return the parts of a requirement file, or nothing when it has no such header."""
    first, _, rest = text.partition("\n")
    declared, _, rest = rest.partition("\n")
    content, _, body = rest.partition("\n")
    if first != FIRST_LINE or not declared.startswith(DECLARED) or not content.startswith(CONTENT):
        return None
    return LockFile(declared=declared.removeprefix(DECLARED), content=content.removeprefix(CONTENT), body=body)
