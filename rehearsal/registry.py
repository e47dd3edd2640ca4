"""A container registry for the machines of a rehearsal: it hands out what was built here, and takes nothing.

Debian's registry would have to be filled first, through one more program; this one serves the images from where they
were built. It is used as a mirror, so that the machines ask for the names of production.
"""

import contextlib
import json
import re
import shutil
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from rehearsal.images.build import MANIFEST_TYPE, BuiltImage
from rehearsal.machines.network import Network

DOCKER_HUB = "docker.io/"
MANIFEST = re.compile(r"/v2/(?P<name>[a-z0-9][a-z0-9._/-]*)/manifests/(?P<reference>[A-Za-z0-9_][A-Za-z0-9._:-]*)")
BLOB = re.compile(r"/v2/[a-z0-9][a-z0-9._/-]*/blobs/sha256:(?P<digest>[0-9a-f]{64})")


class Registry(ThreadingHTTPServer):
    """Serves images over HTTP; `serve_forever` runs it, `shutdown` ends it."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], images: Iterable[BuiltImage], *, network: Network | None) -> None:
        """Listen on *address*, inside *network* where there is one."""
        self.manifests: dict[tuple[str, str], Path] = {}
        self.blobs: dict[str, Path] = {}
        for each in images:
            name, _, tag = each.reference.removeprefix(DOCKER_HUB).rpartition(":")
            for reference in (tag, each.digest):
                self.manifests[name, reference] = each.manifest
            self.blobs |= _blobs(each.manifest)
        with contextlib.nullcontext() if network is None else network.inside():
            # A socket stays in the namespace in which it was made.
            super().__init__(address, _Answers)


def _blobs(manifest: Path) -> Mapping[str, Path]:
    named = json.loads(manifest.read_bytes())
    digests = [each["digest"].removeprefix("sha256:") for each in (named["config"], *named["layers"])]
    return {digest: manifest.parent.parent / "blobs" / digest for digest in digests}


class _Answers(BaseHTTPRequestHandler):
    server: Registry
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send what was asked for."""
        self._answer(with_content=True)

    def do_HEAD(self) -> None:
        """Tell size and digest of what was asked for."""
        self._answer(with_content=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so where it is inherited from
        """Say nothing: the machines' own logs tell what failed."""

    def _answer(self, *, with_content: bool) -> None:
        if self.path in {"/v2", "/v2/"}:
            self._head(HTTPStatus.OK, kind="application/json", size=2)
            if with_content:
                self.wfile.write(b"{}")
            return
        path, kind, digest = self._found()
        if path is None:
            self._head(HTTPStatus.NOT_FOUND, kind="application/json", size=0)
            return
        self._head(HTTPStatus.OK, kind=kind, size=path.stat().st_size, digest=digest)
        if with_content:
            with path.open("rb") as content:
                shutil.copyfileobj(content, self.wfile, 1024 * 1024)

    def _found(self) -> tuple[Path | None, str, str | None]:
        blob = BLOB.fullmatch(self.path)
        if blob:
            return self.server.blobs.get(blob["digest"]), "application/octet-stream", f"sha256:{blob['digest']}"
        asked = MANIFEST.fullmatch(self.path)
        found = self.server.manifests.get((asked["name"], asked["reference"])) if asked else None
        digests = [key[1] for key, path in self.server.manifests.items() if path == found and ":" in key[1]]
        return found, MANIFEST_TYPE, digests[0] if digests else None

    def _head(self, status: HTTPStatus, *, kind: str, size: int, digest: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(size))
        if digest:
            self.send_header("Docker-Content-Digest", digest)
        self.end_headers()
