"""Turn a check into its finding."""

from collections.abc import Callable

from ops.credentials.finding import Finding, State
from ops.credentials.unusable_error import UnusableError


def examined(name: str, check: Callable[[], str]) -> Finding:
    """Return what *check* says of the credential *name* when all is well, or why it is not."""
    try:
        return Finding(name=name, state=State.OK, found=check())
    except UnusableError as fault:
        return fault.finding(name)
