"""Programs that were built here, handed to the machines."""

import functools
import hashlib
import threading
from collections.abc import Mapping
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import JsonValue

from rehearsal.machines.network import Network
from rehearsal.part import Part, find_part

PORT = 8081


class ServedPrograms:
    """An HTTP server inside a lab's network, for as long as the `with` lasts."""

    def __init__(self, folder: Path, parts: Mapping[str, Part], *, address: str, network: Network) -> None:
        """Serve each of *parts* under its name; *folder* is the server's own."""
        self._folder = folder
        self._parts = parts
        self._address = address
        self._network = network
        self.built: dict[str, JsonValue] = {}
        """Name → where the machines find it, and its digest."""

    def __enter__(self) -> Self:
        """Find or build the programs, and serve them."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for name, part in self._parts.items():
            self.built[name] = {**self.also(name, part)}
        with self._network.inside():
            # A socket stays in the network in which it was made.
            self._server = ThreadingHTTPServer(
                (self._address, PORT), functools.partial(_Quiet, directory=str(self._folder))
            )
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def also(self, name: str, part: Part) -> Mapping[str, str]:
        """Serve *part* as *name*; return where the machines find it, and its digest."""
        program = find_part(part).path
        (self._folder / name).symlink_to(program)
        with program.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        return {"url": f"http://{self._address}:{PORT}/{name}", "sha256": digest}

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so where it is inherited from
        """Say nothing: the machines' own logs tell what failed."""
