"""Operations on the files of step-ca whose content only the host knows, or that must fit what it has."""

import base64
from collections.abc import Generator, Sequence

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.operation import operation
from pyinfra.context import host, state

from hosts.differences import record_difference
from hosts.facts.authority_files import AuthorityFiles
from hosts.layers import pki_settings as at
from hosts.layers.pki_files import render_configuration
from hosts.layers.pki_settings import Authority
from hosts.operations.placed_file import placed_file

# Repeatable: a key that has the new password already, from a run that was cut short, is left alone.
_CHANGE = """
set -eu
umask 077
PATH=/usr/local/bin:$PATH old=$1
shift
base64 -d >"$old.new"
for key; do
    [ -e "$key" ] || continue
    rm -f -- "$key.new"
    step crypto change-pass "$key" --password-file "$old" --new-password-file "$old.new" --out "$key.new" 2>/dev/null ||
        step crypto change-pass "$key" --password-file "$old.new" --new-password-file "$old.new" --out "$key.new" ||
        { echo "$key: neither the password in $old nor the given one opens it; nothing was changed" >&2; exit 1; }
    chown --reference="$key" -- "$key.new"
    chmod --reference="$key" -- "$key.new"
    sync -- "$key.new"
done
for key; do [ ! -e "$key.new" ] || mv -fT -- "$key.new" "$key"; done
chown --reference="$old" -- "$old.new"
sync -- "$old.new"
mv -fT -- "$old.new" "$old"
"""


@operation()
def kept_password(*, text: str, dest: str, user: str, keys: Sequence[str]) -> Generator[StringCommand, None, None]:
    """Place the password of keys on this host; where another one is given, encrypt the keys anew with it.

    + text: the password
    + dest: absolute path of its file
    + user: who reads it
    + keys: absolute paths of what it encrypts; one that is not there is nobody's fault
    """
    found = host.get_fact(AuthorityFiles, paths=(dest, *keys))
    if found.get(dest, text) == text or not found.keys() & set(keys):
        yield from placed_file._inner(  # noqa: SLF001  # pyinfra's way to nest an operation
            text=text, dest=dest, mode="600", user=user, secret=True
        )
        return
    record_difference(dest, text=f"{dest}: changed, content not shown; {', '.join(keys)} encrypted anew")
    yield StringCommand(
        "sh -c",
        QuoteString(_CHANGE),
        "change",
        QuoteString(dest),
        *map(QuoteString, keys),
        _stdin=base64.encodebytes(text.encode()).decode(),
    )


@operation()
def authority_configuration(*, authority: Authority) -> Generator[StringCommand, None, None]:
    """Place `ca.json`, which holds the provisioner's key as it was made on this host."""
    found = host.get_fact(AuthorityFiles, paths=(at.PROVISIONER, at.PROVISIONER_KEY))
    if not found and not state.is_executing:
        record_difference(at.CONFIGURATION, text=f"{at.CONFIGURATION}: new, its keys are made first")
        yield StringCommand("false")  # stands for what is known only after the keys were made; never run
        return
    yield from placed_file._inner(  # noqa: SLF001  # pyinfra's way to nest an operation
        text=render_configuration(
            authority, provisioner=found[at.PROVISIONER], provisioner_key=found[at.PROVISIONER_KEY]
        ),
        dest=at.CONFIGURATION,
        mode="600",
        user=at.ACCOUNT,
        group=at.ACCOUNT,
        secret=True,
    )
