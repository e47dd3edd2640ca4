"""The one connection to a machine, opened when it is needed and kept open."""

import contextlib
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from hosts.inventory import Machine
from hosts.worker.errors import UnreachableError, WorkerError
from hosts.worker.likely_cause import likely_cause
from hosts.worker.session import ROOT_SHELL, Finished, Session
from hosts.worker.ssh_command import only_known, ssh_command

_REMEMBERED_SECONDS = 10
_CLAIM_SECONDS = 60
_RELOAD_SECONDS = 2
_ASK_WHO = "cat /etc/machine-id && hostname -I"


class Connection:
    """A session that is opened anew when it was closed; a machine that cannot be reached is not tried at once again."""

    def __init__(self, machine: Machine) -> None:
        """Know *machine*, and contact nothing."""
        self.machine = machine
        self.machine_id = ""
        self.own_addresses: tuple[str, ...] = ()
        self._session: Session | None = None
        self._failed: tuple[float, str] | None = None
        self._claimed = False

    def open(self) -> None:
        """Connect unless a connection stands.

        Raises:
            UnreachableError: it did not come about; the text names the machine and the likely cause.

        """
        if self._session is not None and self._session.open:
            return
        if self._failed is not None and time.monotonic() - self._failed[0] < _REMEMBERED_SECONDS:
            raise UnreachableError(self._failed[1])
        self.close()
        try:
            self._session, answer = self._connected_at_last()
        except UnreachableError as error:
            self._failed = (time.monotonic(), str(error))
            raise
        self._failed = None
        self.machine_id, _, addresses = answer.partition("\n")
        self.own_addresses = tuple(addresses.split())

    def run(self, command: str, *, stdin: str | None, timeout: float | None) -> Finished:
        """Run *command* as root.

        Raises:
            UnreachableError: the connection broke; whether the command was done is not known.

        """
        with self._session_of_now() as session:
            return session.run(command, stdin=stdin, timeout=timeout)

    def claim(self) -> None:
        """Hold the machine against other runs until the connection ends; what only asks needs no claim.

        Raises:
            UnreachableError: the connection broke.
            WorkerError: another run is changing it.

        """
        with self._session_of_now() as session:
            self._claimed = self._claimed or session.claim(seconds=_CLAIM_SECONDS)
        if not self._claimed:
            raise WorkerError(
                f"another run has been changing it for {_CLAIM_SECONDS} s. Expected one at a time: let it end, or look "
                "on the machine: fuser -v /run/lock/factory"
            )

    def close(self) -> None:
        """End the connection; the next one is tried at once."""
        self._claimed = False
        self._failed = None
        if self._session is not None:
            self._session.close()
        self._session = None

    @contextlib.contextmanager
    def _session_of_now(self) -> Iterator[Session]:
        """Give the open session; when it breaks, say so in full and forget it."""
        self.open()
        if self._session is None:
            raise UnreachableError(f"{self.machine.name}: no connection")
        try:
            yield self._session
        except UnreachableError as error:
            self.close()
            raise UnreachableError(likely_cause(self.machine, str(error))) from error

    def _connected_at_last(self) -> tuple[Session, str]:
        """Connect; a machine that is just coming up refuses for a moment, so it is asked once more."""
        try:
            return self._connected()
        except UnreachableError as error:
            if not any(words in str(error) for words in ("was refused", "no route")):
                raise
        time.sleep(_RELOAD_SECONDS)
        return self._connected()

    def _connected(self) -> tuple[Session, str]:
        with tempfile.TemporaryDirectory(prefix="factory-") as folder:
            known_hosts = Path(folder) / "known_hosts"
            known_hosts.write_text(f"{self.machine.name} {self.machine.host_key}\n")
            pinned = self.machine.host_key is not None
            options = only_known(self.machine, known_hosts=known_hosts) if pinned else {}
            session = Session(ssh_command(self.machine, ROOT_SHELL, options=options))
            try:
                # ssh has read the file of known hosts by the time that the machine answers.
                answer = session.run(_ASK_WHO, timeout=None)
            except UnreachableError as error:
                session.close()
                raise UnreachableError(likely_cause(self.machine, str(error))) from error
        if answer.code:
            session.close()
            raise UnreachableError(f"{self.machine.name} ({self.machine.address}): does not tell its machine-id")
        return session, answer.out.decode(errors="replace").strip()
