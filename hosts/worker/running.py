"""Run a layer's operations on a host, one after the other."""

from collections.abc import Callable

from pyinfra.api.host import Host
from pyinfra.api.operations import run_host_op
from pyinfra.api.state import State, StateStage
from pyinfra.context import ctx_config, ctx_host

from hosts.worker.asking import Declare, declared
from hosts.worker.connection import Connection
from hosts.worker.connector import Answers
from hosts.worker.errors import CancelledError, WorkerError
from hosts.worker.said import said_by

Tell = Callable[[str], None]
"""Takes one line of progress."""


def run(
    connection: Connection, declare: Declare, *, answers: Answers, tell: Tell, cancelled: Callable[[], bool]
) -> tuple[str, ...]:
    """Run what *declare* declares and return the names of the operations that changed something.

    Raises:
        WorkerError: an operation failed; the text names it, what it said, and what was done before.
        CancelledError: *cancelled* became true; the text names what was done.

    """
    state, host = declared(connection, declare, answers=answers, compare=False)
    state.set_stage(StateStage.Execute)
    state.is_executing = True
    done: list[str] = []
    for number, key in enumerate(host.op_hash_order, start=1):
        name = ", ".join(sorted(state.get_op_meta(key).names))
        if cancelled():
            raise CancelledError(f"stopped before “{name}”; {_done(done)}")
        # Each time, for an operation may have made a new connection.
        connection.claim()
        tell(f"{number}/{len(host.op_hash_order)} {name}")
        _run_one(state, host, key, name=name, done=done)
    return tuple(done)


def _run_one(state: State, host: Host, key: str, *, name: str, done: list[str]) -> None:
    with ctx_config.use(state.config.copy()), ctx_host.use(host):
        succeeded = run_host_op(state, host, key)
    meta = state.get_op_data_for_host(host, key).operation_meta
    if not succeeded:
        raise WorkerError(f"“{name}” failed; {_done(done)}\n{said_by(host)}".rstrip())
    if meta.did_change():
        done.append(name)


def _done(names: list[str]) -> str:
    return f"done before: {', '.join(names)}" if names else "nothing was changed before"
