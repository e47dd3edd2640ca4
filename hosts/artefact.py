"""A program that somebody built, in the place of a pinned download."""

from typing import Annotated

import pydantic

from hosts.model import Model


class Artefact(Model):
    """A program for the machines of a rehearsal, which cannot reach its publisher."""

    url: Annotated[str, pydantic.StringConstraints(pattern=r"^https?://[^\s'\"]+$")]
    """Where the machines find it."""
    sha256: Annotated[str, pydantic.StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """Computed when it was built."""
    member: Annotated[str, pydantic.StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/+-]*$")] | None = None
    """Path of the program inside the archive; None where the file is the program itself."""
