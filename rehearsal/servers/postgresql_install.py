"""Find the programs of one PostgreSQL version, where the server's account can reach them."""

import os
import shutil
from pathlib import Path

from rehearsal.part import FoundPart, find_part
from rehearsal.parts import PostgresVersion, postgresql
from rehearsal.servers.server_process import first_closed_folder


def postgresql_install(version: PostgresVersion, *, copy: Path) -> FoundPart:
    """Return the folder whose `bin` holds the server; where it is out of reach, that of a *copy*."""
    found = find_part(postgresql(version))
    install = found.path.parent.parent
    if first_closed_folder(install) is None:
        return FoundPart(path=install, origin=found.origin)
    package = install.parent
    # The programs of the Python package find their libraries beside the package, so both keep their places.
    for source in (install, package.with_name(f"{package.name}.libs")):
        if source.exists():
            target = copy / source.relative_to(package.parent)
            shutil.copytree(source, target, copy_function=_link_or_copy, symlinks=True, dirs_exist_ok=True)
    return FoundPart(path=copy / install.relative_to(package.parent), origin=found.origin)


def _link_or_copy(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target
