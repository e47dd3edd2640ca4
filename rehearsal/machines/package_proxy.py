"""Package proxy: listens inside a lab's network, dials out from this computer's, and keeps what it got."""

import contextlib
import hashlib
import http.client
import os
import select
import socket
import socketserver
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from rehearsal.machines.network import Network

CHUNK = 1 << 18
TIMEOUT_SECONDS = 120
TUNNEL_IDLE_SECONDS = 300
KEPT_SECONDS = 30 * 24 * 3600
LASTING = (".deb", ".udeb")
PASSED_ON = ("user-agent", "accept", "cache-control", "if-modified-since", "if-none-match")
PASSED_BACK = ("last-modified", "date", "etag", "content-type", "location", "content-length")


class PackageProxy(socketserver.ThreadingTCPServer):
    """A forward proxy for apt."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], *, network: Network, cache: Path, hosts: Sequence[str]) -> None:
        """Listen on *address* inside *network*; *hosts* may be asked, what they give is kept in *cache*."""
        self.cache = cache
        self.hosts = frozenset(hosts)
        self._locks: dict[Path, threading.Lock] = {}
        self._guard = threading.Lock()
        cache.mkdir(parents=True, exist_ok=True)
        _remove_unused(cache)
        with network.inside():
            # A socket stays in the namespace in which it was made; only the calling thread is inside, and not for long.
            super().__init__(address, _Request)

    def lock_of(self, path: Path) -> threading.Lock:
        """Return the lock of one file of the cache."""
        with self._guard:
            return self._locks.setdefault(path, threading.Lock())


def _remove_unused(cache: Path) -> None:
    oldest = time.time() - KEPT_SECONDS
    for path in cache.iterdir():
        with contextlib.suppress(FileNotFoundError):  # another lab's proxy may do the same
            if path.stat().st_mtime < oldest:
                path.unlink()


class _Request(BaseHTTPRequestHandler):
    server: PackageProxy
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_CONNECT(self) -> None:
        host, _, port = self.path.partition(":")
        if not self._allowed(host):
            return
        with socket.create_connection((host, int(port or "443")), TIMEOUT_SECONDS) as there:
            self.send_response(http.HTTPStatus.OK)
            self.end_headers()
            self._pass_between(there)
        self.close_connection = True

    def _answer(self) -> None:
        address = urlsplit(self.path)
        if address.scheme != "http" or not self._allowed(address.hostname or ""):
            return
        if self.command == "GET" and (address.path.endswith(LASTING) or "/by-hash/" in address.path):
            kept = self.server.cache / hashlib.sha256(self.path.encode()).hexdigest()
            with self.server.lock_of(kept):
                if not kept.exists():
                    self._fetch(kept)
                    return
            with kept.open("rb") as file:
                os.utime(kept)
                self.send_response(http.HTTPStatus.OK)
                self.send_header("Content-Length", str(kept.stat().st_size))
                self.end_headers()
                self.connection.sendfile(file)
            return
        self._fetch(None)

    def _fetch(self, keep: Path | None) -> None:
        """Pass the answer of the mirror on while it comes, and keep it under *keep* once it is whole."""
        address = urlsplit(self.path)
        headers = {} if keep else {name: value for name, value in self.headers.items() if name.lower() in PASSED_ON}
        connection = http.client.HTTPConnection(address.hostname or "", address.port or 80, timeout=TIMEOUT_SECONDS)
        with contextlib.closing(connection):
            connection.request(self.command, address._replace(scheme="", netloc="").geturl(), headers=headers)
            answer = connection.getresponse()
            length = answer.getheader("Content-Length")
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() in PASSED_BACK:
                    self.send_header(name, value)
            if length is None:
                self.send_header("Connection", "close")
                self.close_connection = True
            self.end_headers()
            if keep is None or answer.status != http.HTTPStatus.OK or length is None:
                self._pour(answer, None)
                return
            with tempfile.NamedTemporaryFile(dir=keep.parent, prefix="part-", delete=False) as part:
                self._pour(answer, part)
                size = part.tell()
            if size == int(length):
                Path(part.name).rename(keep)
            else:
                Path(part.name).unlink()

    def _pour(self, answer: http.client.HTTPResponse, part: IO[bytes] | None) -> None:
        client_listens = self.command == "GET"
        while piece := answer.read(CHUNK):
            if part is not None:
                part.write(piece)
            if client_listens:
                try:
                    self.wfile.write(piece)
                except OSError:
                    # The machine was cut or switched off: the cache still gets its file.
                    client_listens = False
                    self.close_connection = True
        self.wfile.flush() if client_listens else None

    def _allowed(self, host: str) -> bool:
        if host in self.server.hosts:
            return True
        self.send_response(http.HTTPStatus.FORBIDDEN, "this host is no Debian mirror of this computer")
        self.send_header("Content-Length", "0")
        self.end_headers()
        return False

    def _pass_between(self, there: socket.socket) -> None:
        ends = {self.connection: there, there: self.connection}
        while ready := select.select(list(ends), [], [], TUNNEL_IDLE_SECONDS)[0]:
            for end in ready:
                piece = end.recv(CHUNK)
                if not piece:
                    return
                ends[end].sendall(piece)


def main() -> None:
    """Serve until the process is ended: NAMESPACE ADDRESS PORT CACHE HOST…."""
    namespace, address, port, cache, *hosts = sys.argv[1:]
    with PackageProxy((address, int(port)), network=Network(namespace), cache=Path(cache), hosts=hosts) as proxy:
        print("ready", flush=True)  # noqa: T201  # whoever started it waits for this line
        proxy.serve_forever()


if __name__ == "__main__":
    main()
