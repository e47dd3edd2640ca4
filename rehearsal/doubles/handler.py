"""HTTP, for the doubles."""

import contextlib
import http.server
from collections.abc import Callable, Iterator
from typing import TypeAlias

from rehearsal.doubles.answer import Answer
from rehearsal.doubles.request import Request

Exchange: TypeAlias = Callable[[Request], Answer | None]


def handler_for(exchange: Exchange) -> type[http.server.BaseHTTPRequestHandler]:
    """Return the class that gives each request to *exchange*, and cuts the line when that gives nothing back."""
    return type("Bound", (_Handler,), {"exchange": staticmethod(exchange)})


class _Handler(http.server.BaseHTTPRequestHandler):
    exchange: Exchange
    protocol_version = "HTTP/1.1"
    # Head and content leave together: apart, the second waits for the first to be acknowledged.
    wbufsize = -1

    def _answer(self) -> None:
        body = b"".join(self._chunks()) if "Transfer-Encoding" in self.headers else self._sized()
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(method=self.command, path=path, raw_query=query, headers=headers, body=body)
        answer = self.exchange(request)
        if answer is None:
            self.close_connection = True
            self.connection.close()
            return
        # Who asked may be gone: an answer can be slower than its patience.
        with contextlib.suppress(OSError):
            self._say(answer)

    def _sized(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def _chunks(self) -> Iterator[bytes]:
        """Yield what comes in pieces, each with its length before it."""
        while length := int(self.rfile.readline(), base=16):
            yield self.rfile.read(length)
            self.rfile.readline()
        self.rfile.readline()

    do_DELETE = do_GET = do_HEAD = do_PATCH = do_POST = do_PUT = _answer  # noqa: N815 - the base class's names

    def _say(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""
