"""Operation: a text file with its content, owner and mode."""

import base64
import hashlib
import posixpath
import re
from collections.abc import Generator

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import OperationError, OperationValueError
from pyinfra.api.operation import operation
from pyinfra.context import host, state

from hosts.differences import record_difference
from hosts.facts.file_bytes import FileBytes
from hosts.facts.file_state import FileState, Found
from hosts.operations.file_difference import LARGEST, file_difference


@operation()
def placed_file(  # noqa: PLR0913 - what is true of a file
    *,
    text: str,
    dest: str,
    mode: str = "644",
    user: str = "root",
    group: str = "root",
    secret: bool = False,
) -> Generator[StringCommand, None, None]:
    """Place a file: its folder is made, the content arrives whole or not at all, and never with a wider mode.

    + text: what the file holds
    + dest: absolute path; a symbolic link there is replaced, a folder is refused
    + mode: octal digits
    + user, group: names on the host, or numbers
    + secret: never show the content; the mode must then give nothing to others
    """
    _refuse_what_cannot_be(dest=dest, mode=mode, owner=(user, group), secret=secret)
    wanted = text.encode()
    found = host.get_fact(FileState, path=dest)
    if found is not None and found.kind not in {"regular file", "symbolic link"}:
        raise OperationError(f"{dest}: expected a file or nothing, found a {found.kind}")
    if found is None or found.sha256 != hashlib.sha256(wanted).hexdigest():
        if not state.is_executing:
            record_difference(dest, text=_difference(dest, found=found, wanted=wanted, secret=secret))
        yield _write(wanted, dest=dest, mode=mode, owner=f"{user}:{group}")
        return
    if found.mode != mode.lstrip("0") or user not in {found.user, found.uid} or group not in {found.group, found.gid}:
        now = f"{found.user}:{found.group} {found.mode}"
        record_difference(dest, text=f"{dest}: {now} → {user}:{group} {mode}")
        yield StringCommand(
            *("chown --", QuoteString(f"{user}:{group}"), QuoteString(dest)),
            *("&& chmod", mode, "--", QuoteString(dest)),
        )
        return
    host.noop(f"{dest} is as declared")


def _refuse_what_cannot_be(*, dest: str, mode: str, owner: tuple[str, str], secret: bool) -> None:
    if not dest.startswith("/") or dest.endswith("/"):
        raise OperationValueError(f"dest: expected an absolute path of a file, for example /etc/motd, found {dest!r}")
    if not re.fullmatch(r"0?[0-7]{3,4}", mode):
        raise OperationValueError(f"mode: expected octal digits, for example 644, found {mode!r}")
    if secret and mode[-1] != "0":
        raise OperationValueError(f"mode: a secret is not for others, expected for example 600, found {mode!r}")
    for name in owner:
        if name.startswith("-") or not name:
            raise OperationValueError(f"user, group: expected a name, for example root, found {name!r}")


def _difference(dest: str, *, found: Found | None, wanted: bytes, secret: bool) -> str:
    if secret:
        return f"{dest}: {'new' if found is None else 'changed'}, content not shown"
    shown = found is not None and found.sha256 is not None and found.size <= LARGEST
    content = host.get_fact(FileBytes, path=dest) if shown else None
    return file_difference(dest, found=found, content=content, wanted=wanted)


def _write(content: bytes, *, dest: str, mode: str, owner: str) -> StringCommand:
    """Write beside the file and rename: who reads finds the old content or the new, also after a power cut.

    The content goes by standard input, so that it stands in no argument list.
    """
    folder, name = posixpath.split(dest)
    temporary = QuoteString(f"{folder}/.{name}.factory")
    return StringCommand(
        *("mkdir -p --", QuoteString(folder), "&& umask 077 && rm -f --", temporary),
        *("&& base64 -d >", temporary),
        *("&& chown --", QuoteString(owner), temporary, "&& chmod", mode, "--", temporary),
        *("&& sync --", temporary, "&& mv -fT --", temporary, QuoteString(dest)),
        _stdin=base64.encodebytes(content).decode(),
    )
