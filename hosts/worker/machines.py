"""The machines of one worker: a connection each, none of them twice, none of production by mistake."""

import threading

from hosts.inventory import Machine
from hosts.worker.connection import Connection
from hosts.worker.errors import WorkerError
from hosts.worker.production import Production, refuse_machine, refuse_way


class Machines:
    """Connections by name."""

    def __init__(self, production: Production | None) -> None:
        """Refuse *production*; None is a run that may reach it."""
        self._production = production
        self._lock = threading.Lock()
        self._connections: dict[str, Connection] = {}
        self._names: dict[str, Machine] = {}

    def refuse_way(self, machine: Machine) -> None:
        """Raise when *machine* is production, which this run may not reach."""
        if self._production is not None:
            refuse_way(machine, self._production)

    def connected(self, machine: Machine) -> Connection:
        """Return an open connection to *machine*.

        Raises:
            UnreachableError: it cannot be reached.
            WorkerError: it is production, or another machine of the inventory.

        """
        connection = self._connections.get(machine.name)
        if connection is None or connection.machine != machine:
            if connection is not None:
                connection.close()
            self.refuse_way(machine)
            connection = self._connections[machine.name] = Connection(machine)
        connection.open()
        try:
            if self._production is not None:
                refuse_machine(machine, connection.own_addresses, self._production)
            self._refuse_alias(machine, connection.machine_id)
        except WorkerError:
            connection.close()
            raise
        return connection

    def close(self) -> None:
        """End all connections."""
        for connection in self._connections.values():
            connection.close()

    def _refuse_alias(self, machine: Machine, machine_id: str) -> None:
        with self._lock:
            other = self._names.setdefault(machine_id, machine)
            if other.name == machine.name:
                self._names[machine_id] = machine
                return
        raise WorkerError(
            f"{machine.name} ({machine.address}) and {other.name} ({other.address}) are the same machine, "
            f"machine-id {machine_id}. Expected each machine once: take one of them out of the settings"
        )
