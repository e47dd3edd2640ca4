"""Operation: modules that the kernel has loaded."""

import re
from collections.abc import Generator, Sequence

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import OperationValueError
from pyinfra.api.operation import operation
from pyinfra.context import host

from hosts.facts.kernel_modules import KernelModules
from hosts.operations.placed_file import placed_file


@operation()
def loaded_modules(*, label: str, modules: Sequence[str]) -> Generator[StringCommand, None, None]:
    """Load modules now and after each boot; one that the kernel has not fails.

    + label: name of the file in /etc/modules-load.d
    + modules: names with underscores
    """
    for module in modules:
        if not re.fullmatch(r"[a-z0-9_]+", module):
            raise OperationValueError(f"modules: expected a name with underscores, for example nfs, found {module!r}")
    placing = list(
        placed_file._inner(  # noqa: SLF001  # pyinfra's way to nest operations
            text="".join(f"{module}\n" for module in modules), dest=f"/etc/modules-load.d/{label}.conf"
        )
    )
    found = host.get_fact(KernelModules, names=list(modules))
    missing = [module for module in modules if found.get(module) != "loaded"]
    if not placing and not missing:
        host.noop("all of them are loaded")
        return
    yield from placing
    if missing:
        yield StringCommand("modprobe --all --", *map(QuoteString, missing))
