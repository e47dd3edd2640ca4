"""A proxy before a real server that spoils the answers it is told to."""

import contextlib
import dataclasses
import http.server
import ssl
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import httpx

from rehearsal.servers.throw_away_authority import ThrowAwayAuthority

HOST = "127.0.0.1"
NOT_PASSED_ON = frozenset({"content-length", "transfer-encoding", "connection", "content-encoding", "host"})


@dataclasses.dataclass(frozen=True, kw_only=True)
class Fault:
    """What happens to the next request of one kind."""

    method: str
    """Of which method."""
    path: str
    """What its path ends with."""
    what: Literal["cut before", "cut after", "refuse", "fail after", "slow"]
    """`before` and `after` the server has done it; `refuse` and `fail after` answer with `status`."""
    status: int = 500
    """Status of the spoiled answer."""
    retry_after: str | None = None
    """Header of the spoiled answer."""
    seconds: float = 0.0
    """How slow."""


class FaultProxy:
    """A proxy with TLS, for as long as the `with` lasts."""

    def __init__(self, target: str, *, trust: str, authority: ThrowAwayAuthority) -> None:
        """Stand before *target*, whose certificate *trust* vouches for, with a certificate of *authority*."""
        self.faults: list[Fault] = []
        self.seen: list[tuple[str, str]] = []
        self._later: tuple[int, list[Fault]] = (0, [])
        self.lock = threading.Lock()
        self.upstream = httpx.Client(
            base_url=target, verify=ssl.create_default_context(cadata=trust), timeout=60, trust_env=False
        )
        self._authority = authority

    def __enter__(self) -> Self:
        """Listen."""
        self._server = http.server.ThreadingHTTPServer((HOST, 0), type("Bound", (_Handler,), {"owner": self}))
        self._server.daemon_threads = True
        key, certificate = self._authority.issue(HOST)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "tls.pem"
            file.touch(mode=0o600)
            file.write_text(key + certificate)
            context.load_cert_chain(file)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self.upstream.close()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"https://{HOST}:{self._server.server_address[1]}"

    def sent(self, method: str, path: str) -> int:
        """Count the requests of *method* whose path ends with *path*."""
        return sum(1 for seen_method, seen_path in self.seen if seen_method == method and seen_path.endswith(path))

    def after(self, requests: int, faults: list[Fault]) -> None:
        """Have *faults* wait for as many *requests* of their kind that are answered."""
        self._later = (requests, faults)

    def fault(self, method: str, path: str) -> Fault | None:
        """Take the next fault for this request, and note it."""
        with self.lock:
            self.seen.append((method, path))
            left, waiting = self._later
            if waiting and waiting[0].method == method and path.endswith(waiting[0].path):
                self._later = (left - 1, waiting) if left else (0, [])
                self.faults += [] if left else waiting
            found = next((one for one in self.faults if one.method == method and path.endswith(one.path)), None)
            if found is not None:
                self.faults.remove(found)
            return found


class _Handler(http.server.BaseHTTPRequestHandler):
    owner: FaultProxy
    protocol_version = "HTTP/1.1"
    # Head and content leave together: apart, the second waits for the first to be acknowledged.
    wbufsize = -1

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        fault = self.owner.fault(self.command, self.path.partition("?")[0])
        what = None if fault is None else fault.what
        if what == "cut before":
            self._cut()
            return
        if fault is not None and what == "refuse":
            self._say(fault.status, b'{"message": "as told"}', {"Retry-After": fault.retry_after})
            return
        headers = {name: value for name, value in self.headers.items() if name.lower() not in NOT_PASSED_ON}
        answer = self.owner.upstream.request(self.command, self.path, content=body, headers=headers)
        if what == "cut after":
            self._cut()
        elif fault is not None and what == "fail after":
            self._say(fault.status, b'{"message": "as told"}', {})
        else:
            time.sleep(0.0 if fault is None else fault.seconds)
            passed = {name: value for name, value in answer.headers.items() if name.lower() not in NOT_PASSED_ON}
            with contextlib.suppress(OSError):
                self._say(answer.status_code, answer.content, passed)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815 - the names are the base class's

    def _say(self, status: int, content: bytes, headers: dict[str, str | None] | dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if value is not None:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""
