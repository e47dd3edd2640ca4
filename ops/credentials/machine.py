"""The login at one machine."""

from hosts.inventory import Machine
from hosts.worker.connection import Connection
from hosts.worker.errors import UnreachableError
from ops.credentials.examined import examined
from ops.credentials.finding import Finding, State
from ops.credentials.unusable_error import UnusableError

REFUSING = {"host key": State.UNTRUSTED, "takes no key": State.REFUSED, "sudo wants": State.NO_PERMISSION}
"""Words of the likely cause → how the login is; anything else is no answer."""


def check_machine(machine: Machine) -> Finding:
    """Log in by SSH, become root, and ask which machine it is."""
    return examined(f"SSH to {machine.name}", lambda: _check(machine))


def _check(machine: Machine) -> str:
    connection = Connection(machine)
    try:
        connection.open()
    except UnreachableError as error:
        said = str(error)
        state = next((state for words, state in REFUSING.items() if words in said), State.UNREACHABLE)
        raise UnusableError(state, said, helps="docs/runbooks/locked-out.md says what to try") from None
    finally:
        connection.close()
    return f"root on {machine.address}, machine-id {connection.machine_id}"
