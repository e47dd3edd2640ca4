"""Ask and apply a layer on a machine of the lab, without the worker's process between."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pydantic import JsonValue

from hosts.inventory import Machine as Address
from hosts.layers.order import AnyLayer
from hosts.worker.connection import Connection
from hosts.worker.layer_work import LayerWork
from hosts.worker.said import KeepErrors
from hosts.worker.state_of_the_host import follow_the_host
from rehearsal.machines.machine import Machine
from rehearsal.machines.machines import Machines


@contextmanager
def on_machine(
    lab: Machines,
    machine: Machine,
    layer: AnyLayer,
    *,
    settings: Mapping[str, JsonValue],
    given: Mapping[str, str] | None = None,
) -> Iterator[LayerWork]:
    """Give the layer on the machine; the connection ends with the `with`."""
    address = Address(
        name=machine.name,
        address=machine.address,
        user=machine.user,
        identity=str(machine.key),
        host_key=machine.host_key,
    )
    follow_the_host()
    connection = Connection(address)
    work = LayerWork(
        connection=connection,
        layer=layer,
        settings=settings,
        given=given or {},
        tell=lambda _: None,
        cancelled=lambda: False,
    )
    # As the worker does: the reason of a failure is told to pyinfra's log alone.
    reasons = KeepErrors()
    logging.getLogger("pyinfra").addHandler(reasons)
    with lab.inside():
        try:
            yield work
        finally:
            connection.close()
            logging.getLogger("pyinfra").removeHandler(reasons)
