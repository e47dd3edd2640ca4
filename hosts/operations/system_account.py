"""Operation: an account that a service runs as."""

import re
from collections.abc import Generator

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import OperationValueError
from pyinfra.api.operation import operation
from pyinfra.context import host
from pyinfra.facts.server import Command


@operation()
def system_account(*, account: str, home: str, number: int | None = None) -> Generator[StringCommand, None, None]:
    """Make an account with a group of its own that nobody can log in to; one that exists is left as it is.

    + number: of the account, where the next free one, from 999 downwards, would be that of an account in a container
    """
    if not re.fullmatch(r"[a-z][a-z0-9-]*", account):
        raise OperationValueError(f"account: expected lower case letters, for example step-ca, found {account!r}")
    if host.get_fact(Command, f"getent passwd {account} >/dev/null && echo there || echo absent") == "there":
        host.noop(f"{account} exists")
        return
    yield StringCommand(
        "useradd --system --user-group --no-create-home --shell /usr/sbin/nologin",
        *(() if number is None else ("--uid", str(number))),
        *("--home-dir", QuoteString(home), "--", account),
    )
