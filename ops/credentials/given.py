"""Take a credential out of the environment."""

from collections.abc import Mapping

from ops.credentials.finding import State
from ops.credentials.unusable_error import UnusableError


def given(environment: Mapping[str, str], variable: str, *, what: str) -> str:
    """Return the content of *variable*, which holds *what*.

    Raises:
        UnusableError: it is not set, or empty.

    """
    value = environment.get(variable, "").strip()
    if not value:
        raise UnusableError(State.MISSING, f"{variable} is not set", helps=f"export {variable}: {what}")
    return value
