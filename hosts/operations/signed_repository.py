"""Operation: a foreign repository of Debian packages, whose key was verified."""

import re
from collections.abc import Generator

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import OperationValueError
from pyinfra.api.operation import operation
from pyinfra.context import host, state

from hosts.differences import record_difference
from hosts.facts.keyring import LIST, PRIMARY, Keyring
from hosts.operations.placed_file import placed_file
from hosts.pin import SigningKey

_FETCH = f"""
set -eu
url=$1 fingerprint=$2 path=$3
folder=$(dirname "$path")
mkdir -p "$folder"
new=$(mktemp -d "$folder/.factory.XXXXXX")
trap 'rm -rf "$new"' EXIT
curl --fail --silent --show-error --location --proto '=http,https' --retry 3 --connect-timeout 10 --max-time 120 \\
    --output "$new/key" -- "$url"
found=$({LIST} "$new/key" | {PRIMARY})
[ "$found" = "$fingerprint" ] || {{ echo "$url: expected the key $fingerprint alone, found $found" >&2; exit 1; }}
chmod 644 "$new/key"
sync
mv -fT -- "$new/key" "$path"
"""


def render_source(uri: str, *, suite: str, component: str, keyring: str) -> str:
    """Return the description of the repository, for packages that this key signed and no other."""
    return f"Types: deb\nURIs: {uri}\nSuites: {suite}\nComponents: {component}\nSigned-By: {keyring}\n"


@operation()
def signed_repository(
    *, label: str, key: SigningKey, uri: str, suite: str, component: str
) -> Generator[StringCommand, None, None]:
    """Fetch the key, compare it with its fingerprint, then let packages come from there.

    + label: name of the files
    + key: where the key is, and which it must be
    + uri: of the repository
    + suite: for example `bookworm`
    + component: for example `stable`
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", label):
        raise OperationValueError(f"label: expected lower case letters, for example docker, found {label!r}")
    if key.fingerprint is None:
        raise OperationValueError(
            f"{label}: expected the fingerprint of the key, found an open pin: it is in {key.url}"
        )
    path = f"/etc/apt/keyrings/{label}.asc"
    found = host.get_fact(Keyring, path=path)
    text = render_source(uri, suite=suite, component=component, keyring=path)
    source = f"/etc/apt/sources.list.d/{label}.sources"
    placing = list(placed_file._inner(text=text, dest=source))  # noqa: SLF001  # pyinfra's way to nest operations
    if found == (key.fingerprint,) and not placing:
        host.noop(f"packages come from {uri}")
        return
    if found != (key.fingerprint,):
        if not state.is_executing:
            record_difference(path, text=f"{path}: {', '.join(found) or 'nothing'} → {key.fingerprint}")
        yield StringCommand(
            *("sh -c", QuoteString(_FETCH), "key", QuoteString(key.url)),
            *(QuoteString(key.fingerprint), QuoteString(path)),
        )
    yield from placing
    yield StringCommand("apt-get -qq -o DPkg::Lock::Timeout=300 update")
