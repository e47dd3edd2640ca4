"""The one question that Vault asks a cluster: whose token this is."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from rehearsal.servers.throw_away_authority import ThrowAwayAuthority

HOST = "127.0.0.1"


@contextmanager
def token_review(authority: ThrowAwayAuthority, *, folder: Path, accounts: dict[str, tuple[str, str]]) -> Iterator[str]:
    """Answer for *accounts*, token → namespace and name, while the `with` lasts; give the URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["spec"]
            status: dict[str, object] = {"authenticated": False, "error": "unknown token"}
            if asked["token"] in accounts:
                namespace, name = accounts[asked["token"]]
                user = {"username": f"system:serviceaccount:{namespace}:{name}", "uid": f"uid-{namespace}-{name}"}
                status = {"authenticated": True, "user": user, "audiences": asked.get("audiences", [])}
            body = json.dumps({"kind": "TokenReview", "apiVersion": "authentication.k8s.io/v1", "status": status})
            self.send_response(201)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    key, certificate = authority.issue(HOST)
    pair = folder / "token-review.pem"
    pair.touch(mode=0o600)
    pair.write_text(key + certificate, encoding="utf-8")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pair)
    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"https://{HOST}:{server.server_address[1]}"
        server.shutdown()
        thread.join()
