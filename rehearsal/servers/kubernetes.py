"""A real Kubernetes API for a rehearsal or a test: the API server and its datastore, nothing that acts on objects."""

import json
import secrets
import ssl
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from rehearsal.part import find_part
from rehearsal.parts import KINE, KUBERNETES
from rehearsal.servers.free_port import free_port
from rehearsal.servers.near import near
from rehearsal.servers.server_process import ServerError, ServerProcess
from rehearsal.servers.throw_away_authority import ThrowAwayAuthority

HOST = "127.0.0.1"
START_SECONDS = 60
PORT_ATTEMPTS = 5
CLIENT_SECONDS = 30
ACCOUNTS = "accounts.key"
DATABASE = "state.db?_pragma=journal_mode(WAL)&_pragma=busy_timeout(30000)&_txlock=immediate"
"""Writers wait for one another: kine's own words for that are those of another driver."""
SERVICES = "10.43.0.0/16"
"""Addresses of services, as k3s has them."""


class KubernetesServer:
    """An API server with a datastore, a port and certificates of its own, for as long as the `with` lasts.

    What a chart would bring is put in place by `apply`, custom resource definitions first.
    """

    def __init__(self, *, folder: Path, authority: ThrowAwayAuthority | None = None) -> None:
        """Describe an API server that keeps all it writes in *folder*."""
        self.folder = folder
        self.port = 0
        self.origin = ""
        self.authority = authority or ThrowAwayAuthority()
        self.token = secrets.token_hex(16)
        self._program = Path()
        self._store = ServerProcess("kine", folder=folder)
        self._process = ServerProcess("kube-apiserver", folder=folder)

    def __enter__(self) -> Self:
        """Start both; the API answers when this returns."""
        self._process.prepare()
        key, certificate = self.authority.issue(HOST)
        self._process.write("tls.key", key)
        self._process.write("tls.crt", certificate)
        self._process.write(ACCOUNTS, _account_key())
        self._process.write("ca.crt", self.authority.root)
        self._process.write("tokens.csv", f"{self.token},admin,admin,system:masters\n")
        found = find_part(KUBERNETES)
        self.origin = found.origin
        self._program = near(found.path, folder=self.folder)
        store = near(find_part(KINE).path, folder=self.folder)
        socket = f"unix://{self.folder}/kine.sock"
        words = ["--endpoint", f"sqlite://{self.folder}/{DATABASE}", "--listen-address", socket]
        self._store.start([store, *words, "--metrics-bind-address", "0"], env=self._environment)
        try:
            self._start(socket)
        except BaseException:
            self._store.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop both; the folder is its owner's to remove."""
        self._process.stop()
        self._store.stop()

    @property
    def address(self) -> str:
        """URL that clients are given."""
        return f"https://{HOST}:{self.port}"

    @property
    def release(self) -> str:
        """Version that this server names, for example `v1.34.3`."""
        with self.client() as client:
            return str(client.get("version").raise_for_status().json()["gitVersion"])

    @property
    def kubeconfig(self) -> Path:
        """File that makes kubectl an administrator of this server."""
        return self.folder / "kubeconfig.json"

    def client(self) -> httpx.Client:
        """Return a client that trusts this server and may do everything."""
        return httpx.Client(
            base_url=self.address,
            headers={"Authorization": f"Bearer {self.token}"},
            verify=ssl.create_default_context(cadata=self.authority.root),
            timeout=CLIENT_SECONDS,
            trust_env=False,
        )

    def kubectl(self, *words: str, given: str | None = None) -> "subprocess.CompletedProcess[str]":
        """Run kubectl with *words*, reading *given*; whether it succeeded is the caller's to judge."""
        return subprocess.run(
            [self._program, "kubectl", "--kubeconfig", self.kubeconfig, *words],
            input=given, capture_output=True, text=True, check=False,
            env={**self._environment, "KUBECACHEDIR": str(self.folder / "cache")},
        )  # fmt: skip

    def apply(self, manifests: str, *, keep: bool = True) -> "subprocess.CompletedProcess[str]":
        """Hand *manifests* over by server-side apply, where an unknown field is an error; only try unless *keep*."""
        words = ["apply", "--server-side", "--validate=strict", "--field-manager=rehearsal", "-f", "-"]
        return self.kubectl(*words, *([] if keep else ["--dry-run=server"]), given=manifests)

    @property
    def _environment(self) -> dict[str, str]:
        return {"PATH": "/usr/bin:/bin", "HOME": str(self.folder)}

    def _start(self, socket: str) -> None:
        lines = ""
        for _ in range(PORT_ATTEMPTS):
            self.port = free_port()
            self._process.start([self._program, "kube-apiserver", *self._words(socket)], env=self._environment)
            if self._answers():
                self._process.write(self.kubeconfig.name, self._kubeconfig())
                return
            lines = self._process.last_lines()
            self._process.stop()
        raise ServerError(f"expected the API server to start, it ended; its last lines:\n{lines}")

    def _words(self, socket: str) -> list[str]:
        key, accounts = self.folder / "tls.key", self.folder / ACCOUNTS
        return [
            f"--etcd-servers={socket}", f"--bind-address={HOST}", f"--secure-port={self.port}",
            f"--advertise-address={HOST}", "--endpoint-reconciler-type=none", f"--service-cluster-ip-range={SERVICES}",
            f"--tls-cert-file={self.folder / 'tls.crt'}", f"--tls-private-key-file={key}",
            f"--token-auth-file={self.folder / 'tokens.csv'}", "--authorization-mode=Node,RBAC",
            f"--service-account-key-file={accounts}", f"--service-account-signing-key-file={accounts}",
            "--service-account-issuer=https://kubernetes.default.svc",
            # No controller makes the account that it would ask for.
            "--disable-admission-plugins=ServiceAccount",
        ]  # fmt: skip

    def _answers(self) -> bool:
        deadline = time.monotonic() + START_SECONDS
        while self._process.pid is not None:
            if self._store.pid is None:
                raise ServerError(f"expected kine to run, it ended; its last lines:\n{self._store.last_lines()}")
            try:
                with self.client() as client:
                    if client.get("readyz").status_code == httpx.codes.OK:
                        return True
            except httpx.TransportError:
                pass
            if time.monotonic() > deadline:
                raise ServerError(f"expected the API server to answer within {START_SECONDS} s")
            time.sleep(0.05)
        return False

    def _kubeconfig(self) -> str:
        cluster = {"server": self.address, "certificate-authority": str(self.folder / "ca.crt")}
        return json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": "rehearsal", "cluster": cluster}],
                "users": [{"name": "admin", "user": {"token": self.token}}],
                "contexts": [{"name": "rehearsal", "context": {"cluster": "rehearsal", "user": "admin"}}],
                "current-context": "rehearsal",
            }
        )


def _account_key() -> str:
    """Return a key that signs tokens of accounts: of a kind that the API server knows, which Ed25519 is not."""
    return (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
        .decode()
    )
