"""Operation: an account that a service runs as."""

import re
from collections.abc import Generator

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import OperationValueError
from pyinfra.api.operation import operation
from pyinfra.context import host
from pyinfra.facts.server import Command


@operation()
def system_account(*, account: str, home: str) -> Generator[StringCommand, None, None]:
    """Make an account with a group of its own that nobody can log in to; one that exists is left as it is."""
    if not re.fullmatch(r"[a-z][a-z0-9-]*", account):
        raise OperationValueError(f"account: expected lower case letters, for example step-ca, found {account!r}")
    if host.get_fact(Command, f"getent passwd {account} >/dev/null && echo there || echo absent") == "there":
        host.noop(f"{account} exists")
        return
    yield StringCommand(
        "useradd --system --user-group --no-create-home --shell /usr/sbin/nologin",
        *("--home-dir", QuoteString(home), "--", account),
    )
