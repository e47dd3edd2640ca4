"""Ask a host what a layer would change, without changing it."""

import dataclasses
from collections.abc import Callable, Mapping

from pyinfra.api.config import Config
from pyinfra.api.host import Host
from pyinfra.api.inventory import Inventory
from pyinfra.api.state import State, StateStage
from pyinfra.connectors.util import CommandOutput
from pyinfra.context import ctx_config, ctx_host

from hosts.differences import differences_of
from hosts.worker.connection import Connection
from hosts.worker.connector import Answers, Connector
from hosts.worker.said import reasons_of

Declare = Callable[[], None]
"""Declares a layer's operations on the host in context."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Asked:
    """What a host answered."""

    pending: tuple[str, ...]
    """Names of the operations that would change something; empty when the host is as declared."""
    differences: Mapping[str, str]
    """Path → what would change in the file."""


def ask(connection: Connection, declare: Declare, *, answers: Answers) -> Asked:
    """Prepare what *declare* declares and return what would change; what was asked stands in *answers* afterwards."""
    state, host = declared(connection, declare, answers=answers, compare=True)
    pending = tuple(_pending(state, host))
    return Asked(pending=pending, differences=differences_of(host) if pending else {})


def declared(connection: Connection, declare: Declare, *, answers: Answers, compare: bool) -> tuple[State, Host]:
    """Return a state in which *declare* has declared its operations on the one host of *connection*."""
    connection.open()
    inventory = Inventory(([connection.machine.name], {}))  # type: ignore[no-untyped-call]  # pyinfra leaves it so
    config = Config(SUDO=True)  # type: ignore[no-untyped-call]  # pyinfra leaves it so
    state = State(inventory, config, check_for_changes=compare)
    (host,) = inventory
    host.connector = Connector(state, host, connection=connection, answers=answers)
    host.connected = True
    state.activate_host(host)
    state.set_stage(StateStage.Prepare)
    with ctx_config.use(state.config.copy()), ctx_host.use(host), reasons_of(host):
        declare()
    return state, host


def _pending(state: State, host: Host) -> list[str]:
    """Go through the operations as a run would, so that `_if=other.did_change` can be answered before there is one."""
    names = []
    for key in host.op_hash_order:
        data = state.get_op_data_for_host(host, key)
        conditions = data.global_arguments.get("_if") or []
        conditions = conditions if isinstance(conditions, list) else [conditions]
        with ctx_host.use(host), reasons_of(host):
            would = data.operation_meta.will_change and all(condition() for condition in conditions)
        data.operation_meta.set_complete(True, [key] if would else [], CommandOutput([]))  # noqa: FBT003 - pyinfra's
        if would:
            names.append(", ".join(sorted(state.get_op_meta(key).names)))
    return names
