"""A Vault that reaches nothing and nobody reaches: what it is restored from may have leases on living databases."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import httpx
from pydantic import JsonValue

from rehearsal.part import find_part
from rehearsal.parts import VAULT

SECONDS: Final = 120
_STOP_SECONDS: Final = 15
_LINES: Final = 5
_INSIDE: Final = "127.0.0.1:8200"
# Only inside: an interface of its own is all that it has.
_UP: Final = 'ip link set lo up && exec setpriv --pdeathsig KILL --no-new-privs "$@"'


class IsolatedVaultError(RuntimeError):
    """It could not be started, or did not do what it was asked; the text says which."""


class IsolatedVault:
    """A Vault without a network, for as long as the `with` lasts; it is asked through a socket in its folder."""

    def __init__(self, folder: Path) -> None:
        """Describe one that keeps all it writes in *folder*."""
        self.folder: Final = folder
        self._log: Final = folder / "vault.log"
        self._process: subprocess.Popen[bytes] | None = None
        socket = str(folder / "socket")
        self._client: Final = httpx.Client(
            base_url="http://vault/v1/", transport=httpx.HTTPTransport(uds=socket), timeout=SECONDS
        )

    def __enter__(self) -> Self:
        """Start it, without keys; it answers when this returns."""
        if missing := [name for name in ("unshare", "ip", "setpriv") if shutil.which(name) is None]:
            raise IsolatedVaultError(f"{missing[0]} is missing. Expected Linux: there a program runs without a network")
        self.folder.mkdir(mode=0o700)
        (self.folder / "data").mkdir()
        (self.folder / "vault.json").write_text(json.dumps(self._settings), encoding="utf-8")
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it; the folder is its owner's to remove."""
        self._client.close()
        self.stop()

    def start(self) -> None:
        """Start the stopped server, sealed."""
        alone = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]
        server = [str(find_part(VAULT).path), "server", f"-config={self.folder / 'vault.json'}"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*alone, "sh", "-c", _UP, "sh", *server],
                cwd=self.folder, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(self.folder)},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        try:
            self.wait_until("it answers", 200, 429, 501, 503)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End it; what it holds stays in its folder."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    @property
    def pid(self) -> int | None:
        """Process id while the server runs."""
        return None if self._process is None else self._process.pid

    def ask(self, path: str, *, given: JsonValue | Path = None, token: str = "") -> dict[str, JsonValue]:
        """Put *given*, a document or a file, to *path*, and return what it answers."""
        headers = {"X-Vault-Token": token} if token else {}
        if isinstance(given, Path):
            with given.open("rb") as file:
                answer = self._client.put(path, content=file, headers=headers)
        else:
            answer = self._client.put(path, json=given, headers=headers)
        if answer.is_error:
            raise IsolatedVaultError(f"Vault, {path}: {answer.status_code} {answer.text[:300]}")
        content = answer.json() if answer.content else {}
        return content if isinstance(content, dict) else {}

    def wait_until(self, what: str, *codes: int) -> dict[str, JsonValue]:
        """Wait until it says by one of HTTP's *codes* how it is, and return what else it says of itself."""
        deadline = time.monotonic() + SECONDS
        while self._process is not None and self._process.poll() is None and time.monotonic() < deadline:
            try:
                answer = self._client.get("sys/health")
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            if answer.status_code in codes:
                return dict(answer.json())
            time.sleep(0.05)
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LINES:]
        raise IsolatedVaultError(f"Vault without a network: {what} did not come true:\n" + "\n".join(lines))

    @property
    def _settings(self) -> JsonValue:
        return {
            "api_addr": f"http://{_INSIDE}",
            "cluster_addr": "https://127.0.0.1:8201",
            "disable_mlock": True,
            "storage": {"raft": {"path": str(self.folder / "data"), "node_id": "vault", "performance_multiplier": "1"}},
            "listener": [
                {"unix": {"address": str(self.folder / "socket"), "socket_mode": "600", "tls_disable": True}},
                # Its storage wants an address for others, though there are none.
                {"tcp": {"address": _INSIDE, "tls_disable": True}},
            ],
        }
