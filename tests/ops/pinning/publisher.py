"""A publisher of programs and images on this machine."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

TOKEN = "token-of-everybody"  # noqa: S105  # everybody may have it


class Publisher(ThreadingHTTPServer):
    """Serves what it is told, for as long as the `with` lasts; images only to who asked for the token."""

    daemon_threads = True

    def __init__(self) -> None:
        """Listen on a free port."""
        super().__init__(("127.0.0.1", 0), _Answers)
        self.files: dict[str, bytes] = {}
        self.said_digest: str | None = None
        self.refusing = False

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Self:
        """Begin to answer."""
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        self.shutdown()
        self.server_close()


class _Answers(BaseHTTPRequestHandler):
    server: Publisher

    def do_GET(self) -> None:
        """Send what was asked for."""
        path = self.path.partition("?")[0]
        if self.server.refusing:
            self._send(403, b"")
        elif path == "/token":
            self._send(200, f'{{"token": "{TOKEN}"}}'.encode())
        elif path.startswith("/v2/") and self.headers.get("Authorization") != f"Bearer {TOKEN}":
            challenge = f'Bearer realm="http://{self.server.address}/token",service="registry",scope="pull"'
            self._send(401, b"", {"WWW-Authenticate": challenge})
        elif path in self.server.files:
            said = self.server.said_digest
            self._send(200, self.server.files[path], {} if said is None else {"Docker-Content-Digest": said})
        else:
            self._send(404, b"")

    def _send(self, code: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(code)
        for name, value in {**(headers or {}), "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that the server gives it
        """Say nothing."""
