"""Run operations on this machine through pyinfra's own interface: declared, asked, applied."""

import dataclasses
from collections.abc import Callable, Mapping

from pyinfra.api.config import Config
from pyinfra.api.connect import connect_all, disconnect_all
from pyinfra.api.inventory import Inventory
from pyinfra.api.operations import run_ops
from pyinfra.api.state import State
from pyinfra.context import ctx_host, ctx_state

from hosts.differences import differences_of


@dataclasses.dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one run found and did."""

    pending: tuple[str, ...]
    """Names of the operations that would change something."""
    differences: Mapping[str, str]


def on_this_machine(declare: Callable[[], object], *, apply: bool) -> Outcome:
    """Prepare what `declare` declares and return what is pending; run it too when asked to."""
    state = State(Inventory((["@local"], {})), Config())  # type: ignore[no-untyped-call]  # pyinfra leaves both untyped
    connect_all(state)
    (host,) = state.inventory
    with ctx_state.use(state), ctx_host.use(host):
        declare()
        pending = tuple(
            name
            for key in host.op_hash_order
            if state.get_op_data_for_host(host, key).operation_meta.will_change
            for name in state.get_op_meta(key).names
        )
        outcome = Outcome(pending=pending, differences=differences_of(host))
    if apply:
        run_ops(state)
    disconnect_all(state)
    return outcome
