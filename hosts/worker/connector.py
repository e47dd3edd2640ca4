"""How pyinfra reaches a machine here: through a session, with what was asked once remembered while asking."""

import base64
import shlex
from collections.abc import Iterable, Iterator
from typing import IO, Any, Unpack, cast

from pyinfra.api.arguments import ConnectorArguments
from pyinfra.api.command import StringCommand
from pyinfra.api.exceptions import ConnectError
from pyinfra.api.host import Host
from pyinfra.api.state import State
from pyinfra.api.util import get_file_io
from pyinfra.connectors.base import BaseConnector
from pyinfra.connectors.util import CommandOutput, OutputLine, make_unix_command

from hosts.worker.connection import Connection
from hosts.worker.session import Finished

Answers = dict[str, Finished]
"""Command → what it said."""


class Connector(BaseConnector):
    """Runs everything as root, as `_sudo=True` does; another user is taken on by `_sudo_user`."""

    handles_execution = True

    def __init__(self, state: State, host: Host, *, connection: Connection, answers: Answers) -> None:
        """Work on *connection*; what is asked before anything is executed is looked up in *answers* first."""
        super().__init__(state, host)
        self._connection = connection
        self._answers = answers

    @staticmethod
    def make_names_data(name: str) -> Iterator[tuple[str, dict[str, object], list[str]]]:
        """Belong to no inventory: hosts are given this connector by hand."""
        raise NotImplementedError(name)

    def connect(self) -> None:
        """Open a new connection, unless one stands."""
        self._connection.open()

    def disconnect(self) -> None:
        """End the connection, so that `connect` makes a new one."""
        self._connection.close()

    def run_shell_command(
        self,
        command: StringCommand,
        print_output: bool = False,  # noqa: FBT001, FBT002, ARG002 - pyinfra's interface
        print_input: bool = False,  # noqa: FBT001, FBT002, ARG002 - pyinfra's interface
        **arguments: Unpack[ConnectorArguments],
    ) -> tuple[bool, CommandOutput]:
        """Run *command* and return whether it succeeded, with its output."""
        timeout, stdin = arguments.pop("_timeout", None), arguments.pop("_stdin", None)
        codes = arguments.pop("_success_exit_codes", None) or [0]
        if arguments.pop("_get_pty", False):
            raise ConnectError("_get_pty: expected a command that needs no terminal")
        text = make_unix_command(command, **_as_root(cast("dict[str, Any]", arguments))).get_raw_value()
        finished = self._finished(text, stdin=None if stdin is None else _text(stdin), timeout=timeout)
        lines = [*_lines("stdout", finished.out), *_lines("stderr", finished.err)]
        return finished.code in codes, CommandOutput(lines)

    def put_file(  # type: ignore[override]  # pyinfra's own connectors take these files too
        self,
        filename_or_io: str | IO[Any],
        remote_filename: str,
        remote_temp_filename: str | None = None,  # noqa: ARG002 - nothing is put elsewhere first
        print_output: bool = False,  # noqa: FBT001, FBT002, ARG002 - pyinfra's interface
        print_input: bool = False,  # noqa: FBT001, FBT002, ARG002 - pyinfra's interface
        **arguments: Unpack[ConnectorArguments],  # noqa: ARG002 - everything is done as root
    ) -> bool:
        """Write a file; the one that is there keeps owner and mode."""
        with get_file_io(filename_or_io) as file:
            content = base64.encodebytes(file.read()).decode()
        place = shlex.quote(remote_filename)
        return self._connection.run(f"base64 -d > {place}", stdin=content, timeout=None).code == 0

    def get_file(  # type: ignore[override]  # pyinfra's own connectors take these files too
        self,
        remote_filename: str,
        filename_or_io: str | IO[Any],
        remote_temp_filename: str | None = None,  # noqa: ARG002 - nothing is put elsewhere first
        print_output: bool = False,  # noqa: FBT001, FBT002, ARG002 - pyinfra's interface
        print_input: bool = False,  # noqa: FBT001, FBT002, ARG002 - pyinfra's interface
        **arguments: Unpack[ConnectorArguments],  # noqa: ARG002 - everything is done as root
    ) -> bool:
        """Read a file."""
        finished = self._connection.run(f"base64 -- {shlex.quote(remote_filename)}", stdin=None, timeout=None)
        if finished.code:
            return False
        with get_file_io(filename_or_io, "wb") as file:
            file.write(base64.b64decode(finished.out))
        return True

    def _finished(self, text: str, *, stdin: str | None, timeout: float | None) -> Finished:
        if stdin is not None or self.state.is_executing:
            return self._connection.run(text, stdin=stdin, timeout=timeout)
        if text not in self._answers:
            self._answers[text] = self._connection.run(text, stdin=None, timeout=timeout)
        return self._answers[text]


def _as_root(arguments: dict[str, Any]) -> dict[str, Any]:
    """Leave out what a root shell need not do: become root, and start one more shell."""
    another = (
        arguments.get("_sudo_user") or arguments.get("_su_user") or arguments.get("_doas") or arguments.get("_dzdo")
    )
    if another:
        return {**arguments, "_sudo": arguments.get("_sudo") and bool(arguments.get("_sudo_user"))}
    return {**arguments, "_sudo": False, "_shell_executable": None}


def _text(stdin: str | Iterable[str]) -> str:
    parts = [stdin] if isinstance(stdin, str) else stdin
    return "".join(part if part.endswith("\n") else f"{part}\n" for part in parts)


def _lines(name: str, content: bytes) -> list[OutputLine]:
    text = content.decode(errors="replace").removesuffix("\n")
    return [OutputLine(name, line) for line in text.split("\n")] if text else []
