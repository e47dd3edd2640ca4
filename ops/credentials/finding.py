"""What was found out about one credential."""

import dataclasses
from enum import StrEnum


class State(StrEnum):
    """How a credential is."""

    OK = "ok"
    """It does what the stack needs."""
    MISSING = "missing"
    """No variable holds it."""
    MALFORMED = "malformed"
    """The variable holds something else."""
    EXPIRED = "expired"
    """It was good once."""
    REFUSED = "refused"
    """The server does not know it, or no longer."""
    WRONG_ACCOUNT = "wrong account"
    """It is good, for somebody else."""
    NO_PERMISSION = "missing permission"
    """It is the right one, and may not do enough."""
    UNREACHABLE = "unreachable"
    """The server gave no answer that says anything."""
    UNTRUSTED = "certificate not trusted"
    """Something answers that cannot prove to be the server."""
    SEALED = "sealed"
    """Vault gives nothing out."""
    CLOCK = "clock"
    """The clocks here and there differ: everything with a time in it is refused."""


LACKS = frozenset({State.MISSING, State.MALFORMED, State.UNREACHABLE})
"""What the environment lacks, as opposed to what is wrong with a credential that is there."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Finding:
    """What was found out about one credential; never the credential."""

    name: str
    """The variables that hold it."""
    state: State
    """How it is."""
    found: str
    """What was found."""
    helps: str = ""
    """What to do, empty when it is good."""
