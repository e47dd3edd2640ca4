"""Operation: Debian packages that are installed."""

import re
from collections.abc import Generator, Sequence

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import OperationValueError
from pyinfra.api.operation import operation
from pyinfra.context import host, state

from hosts.differences import record_difference
from hosts.facts.package_states import PackageStates

_NAME = re.compile(r"[a-z0-9][a-z0-9+.-]+")

# What a power cut left half done is finished first; whoever installs right now is waited for.
_INSTALL = """
set -eu
export DEBIAN_FRONTEND=noninteractive
dpkg --force-confold --configure --pending
get() { apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold "$@"; }
add() { get install --no-install-recommends --yes -- "$@"; }
recent() { find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' -mmin -60 -print -quit | grep -q .; }
if recent && add "$@"; then exit 0; fi
get update
add "$@"
"""


@operation()
def installed_packages(*, packages: Sequence[str]) -> Generator[StringCommand, None, None]:
    """Install what is missing or was left half done; the lists of packages are renewed for that, and never else."""
    for package in packages:
        if not _NAME.fullmatch(package):
            raise OperationValueError(f"packages: expected the name of a package, for example curl, found {package!r}")
    found = host.get_fact(PackageStates, names=list(packages))
    missing = [package for package in packages if found.get(package) != "installed"]
    if not missing:
        host.noop("all of them are installed")
        return
    if not state.is_executing:
        record_difference("packages", text="\n".join(f"+ {package}" for package in missing))
    yield StringCommand("sh -c", QuoteString(_INSTALL), "install", *map(QuoteString, missing))
