"""Operation: files whose change could lock the operator out, under a dead man's switch."""

import re
import time
from collections.abc import Generator, Mapping, Sequence

from pyinfra.api.command import FunctionCommand, PyinfraCommand, QuoteString, StringCommand
from pyinfra.api.exceptions import OperationValueError, PyinfraError
from pyinfra.api.host import Host as PyinfraHost
from pyinfra.api.operation import operation
from pyinfra.api.state import State
from pyinfra.context import host, state

from hosts.differences import record_difference
from hosts.facts.guard_state import GUARDS, GuardState
from hosts.operations.guard_scripts import ARM, CONFIRM, REPORT, TRY
from hosts.operations.placed_file import placed_file
from hosts.worker.errors import WorkerError

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_SETTLING = 0.5
"""Seconds that a server which reloads may refuse connections."""
_MARGIN = 60
"""Seconds after the switch went off in which the machine must be reachable again."""


@operation()
def guarded_change(  # noqa: PLR0913  # what a change is made of
    *,
    guard: str,
    files: Mapping[str, str],
    reload: str,
    validate: str = "true",
    confirm: str = "true",
    seconds: int = 30,
    differs: Sequence[str] = (),
) -> Generator[PyinfraCommand, None, None]:
    """Place files and reload; the host puts the old ones back unless a new connection confirms in time.

    The switch is a timer on the host, set before the first file changes. It survives the end of this program and a
    reboot. After a roll-back the operation fails with what was rolled back.

    + guard: name of the change, for example `ssh`; there is one switch for each
    + files: path → text, all of mode 644 and root's
    + reload: command that makes the files count, also the old ones again
    + validate: command that refuses the files before anything is reloaded
    + confirm: command that must succeed over the new connection, for example the resolution of a name
    + seconds: how long the host waits for the confirmation
    + differs: what counts and should not, though the files may be as declared: then `validate` must refuse it
    """
    if not _NAME.fullmatch(guard):
        raise OperationValueError(f"guard: expected a name, for example ssh, found {guard!r}")
    placing = [
        command
        for path, text in files.items()
        for command in placed_file._inner(text=text, dest=path)  # noqa: SLF001  # pyinfra's way to nest operations
    ]
    if differs and not placing and not state.is_executing:
        record_difference(guard, text="\n".join(differs))
    if not placing and not differs and host.get_fact(GuardState, guard=guard) != "undecided":
        host.noop(f"{', '.join(files)} are as declared")
        return
    folder = QuoteString(f"{GUARDS}/{guard}")
    paths = [QuoteString(path) for path in files]
    yield StringCommand(
        "sh -c", QuoteString(ARM), "guard", QuoteString(guard), str(seconds), QuoteString(reload), *paths
    )
    armed = time.monotonic()
    # Armed anew, so what an earlier run left unconfirmed was put back: the files are compared again.
    for path, text in files.items():
        yield from placed_file._inner(text=text, dest=path)  # noqa: SLF001  # the same
    yield StringCommand("sh -c", QuoteString(TRY), "guard", folder, QuoteString(validate))
    switch = _Switch(guard=guard, confirm=confirm, off_at=armed + seconds)
    yield FunctionCommand(switch.confirm_or_wait, (), {})
    if not switch.confirmed:
        yield StringCommand("sh -c", QuoteString(REPORT), "guard", folder, str(seconds), str(_MARGIN))


class _Switch:
    """What a new connection decides."""

    def __init__(self, *, guard: str, confirm: str, off_at: float) -> None:
        self._command = StringCommand(
            *("sh -c", QuoteString(CONFIRM), "guard", QuoteString(guard), QuoteString(confirm)),
        )
        self._off_at = off_at
        self.confirmed = False

    def confirm_or_wait(self, state: State, host: PyinfraHost) -> None:  # noqa: ARG002  # pyinfra tells by the names
        """Confirm over a connection made after the change; else return when the machine can be reached again."""
        time.sleep(_SETTLING)
        while time.monotonic() < self._off_at and not self.confirmed:
            self.confirmed = _over_a_new_connection(host, self._command)
            if not self.confirmed:
                time.sleep(1)
        reachable = self.confirmed
        while not reachable and time.monotonic() < self._off_at + _MARGIN:
            reachable = _over_a_new_connection(host, StringCommand("true"))
            if not reachable:
                time.sleep(1)


def _over_a_new_connection(host: PyinfraHost, command: StringCommand) -> bool:
    try:
        host.connector.disconnect()
        host.connector.connect()
        succeeded, _ = host.run_shell_command(command)
    except (PyinfraError, WorkerError, OSError):
        return False
    return bool(succeeded)
