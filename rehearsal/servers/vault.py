"""A real Vault for a rehearsal or a test."""

import json
import os
import shutil
import ssl
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from rehearsal.part import find_part
from rehearsal.parts import VAULT
from rehearsal.servers.free_port import free_port
from rehearsal.servers.server_process import ServerError, ServerProcess, first_closed_folder
from rehearsal.servers.throw_away_authority import ThrowAwayAuthority

HOST = "127.0.0.1"
START_SECONDS = 60
PORT_ATTEMPTS = 5
CLIENT_SECONDS = 30
SHARES = 1


class VaultServer:
    """A Vault with storage, port, certificate and keys of its own, for as long as the `with` lasts.

    It starts sealed, the first time without keys. Unseal share and root token are in this object's memory only.
    """

    host = HOST
    """Address it listens on; clients must speak TLS."""

    def __init__(self, *, folder: Path, authority: ThrowAwayAuthority | None = None) -> None:
        """Describe a Vault that keeps all it writes in *folder*, with a certificate of *authority* or of its own."""
        self.folder = folder
        self.port = 0
        self.origin = ""
        self.root_token = ""
        self.authority = authority or ThrowAwayAuthority()
        self.root_file = folder / "root.crt"
        self.shares: list[str] = []
        self._program = Path()
        self._process = ServerProcess("vault", folder=folder)

    def __enter__(self) -> Self:
        """Start it; it answers, sealed, when this returns."""
        self._process.prepare()
        key, certificate = self.authority.issue(self.host)
        self._process.write("tls.key", key)
        self._process.write("tls.crt", certificate)
        self._process.write(self.root_file.name, self.authority.root)
        self._make_data_folder()
        found = find_part(VAULT)
        self.origin = found.origin
        self._program = self._within_reach(found.path)
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it; the folder is its owner's to remove."""
        self.stop()

    def start(self) -> None:
        """Start the stopped server, sealed; on the same port when it had one."""
        lines = ""
        for _ in range(PORT_ATTEMPTS):
            port = self.port or free_port()
            settings = self._process.write("vault.json", self._settings(port))
            environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.folder)}
            self._process.start([self._program, "server", f"-config={settings}"], env=environment)
            if self._answers(port):
                self.port = port
                return
            lines = self._process.last_lines()
            self._process.stop()
        raise ServerError(f"expected Vault to start, it ended; its last lines:\n{lines}")

    def stop(self) -> None:
        """Stop it; what it holds stays in its folder."""
        self._process.stop()

    def wipe(self) -> None:
        """Take its storage away and start it: it has no keys afterwards."""
        self.stop()
        shutil.rmtree(self.folder / "data")
        self._make_data_folder()
        self.start()

    def initialise(self, *, shares: int = SHARES, threshold: int = SHARES) -> None:
        """Make its keys, which it allows once, and unseal it."""
        with self.client() as client:
            answer = client.put("sys/init", json={"secret_shares": shares, "secret_threshold": threshold})
            answer.raise_for_status()
        self.shares = list(answer.json()["keys_base64"])
        self.root_token = str(answer.json()["root_token"])
        self.unseal()

    def unseal(self) -> None:
        """Unseal it with the share that it was given at its beginning; it serves when this returns."""
        with self.client() as client:
            for share in self.shares:
                client.put("sys/unseal", json={"key": share}).raise_for_status()
        deadline = time.monotonic() + START_SECONDS
        while self._health() != httpx.codes.OK:
            if time.monotonic() > deadline:
                raise ServerError(f"expected Vault to serve within {START_SECONDS} s:\n{self._process.last_lines()}")
            time.sleep(0.05)

    def client(self, token: str = "") -> httpx.Client:
        """Return a client for paths below `/v1/` that trusts this server; with a *token* where one is given."""
        return httpx.Client(
            base_url=f"{self.address}/v1/",
            headers={"X-Vault-Token": token} if token else {},
            verify=ssl.create_default_context(cadata=self.authority.root),
            timeout=CLIENT_SECONDS,
            trust_env=False,
        )

    @property
    def address(self) -> str:
        """URL that clients are given."""
        return f"https://{self.host}:{self.port}"

    @property
    def pid(self) -> int | None:
        """Process id while the server runs."""
        return self._process.pid

    def is_sealed(self) -> bool:
        """Whether it waits to be unsealed."""
        with self.client() as client:
            return bool(client.get("sys/seal-status").raise_for_status().json()["sealed"])

    @property
    def release(self) -> str:
        """Version that this server names, for example `1.21.0`."""
        with self.client() as client:
            return str(client.get("sys/seal-status").raise_for_status().json()["version"])

    def _make_data_folder(self) -> None:
        data = self.folder / "data"
        data.mkdir(mode=0o700, exist_ok=True)
        self._process.hand_over(data)

    def _settings(self, port: int) -> str:
        inner = f"{self.host}:{free_port()}"
        return json.dumps(
            {
                "api_addr": f"https://{self.host}:{port}",
                "cluster_addr": f"https://{inner}",
                "disable_mlock": True,
                # A single server has nobody to wait for: the default lets its election take seconds.
                "storage": {
                    "raft": {"path": str(self.folder / "data"), "node_id": "vault", "performance_multiplier": "1"}
                },
                "listener": {
                    "tcp": {
                        "address": f"{self.host}:{port}",
                        "cluster_address": inner,
                        "tls_cert_file": str(self.folder / "tls.crt"),
                        "tls_key_file": str(self.folder / "tls.key"),
                    }
                },
            }
        )

    def _answers(self, port: int) -> bool:
        self.port, before = port, self.port
        deadline = time.monotonic() + START_SECONDS
        try:
            while self._process.pid is not None:
                if self._health() is not None:
                    return True
                if time.monotonic() > deadline:
                    raise ServerError(f"expected Vault to answer within {START_SECONDS} s")
                time.sleep(0.05)
            return False
        finally:
            self.port = before

    def _health(self) -> int | None:
        """Return how it is, in HTTP's numbers, None while it does not answer."""
        try:
            with self.client() as client:
                return client.get("sys/health").status_code
        except httpx.TransportError:
            return None

    def _within_reach(self, program: Path) -> Path:
        """Return *program*, or a link to it in the server's folder when its account cannot reach it."""
        if first_closed_folder(program.parent) is None:
            return program
        near = self.folder / program.name
        if not near.exists():
            try:
                os.link(program, near)
            except OSError:
                shutil.copy2(program, near)
        return near
