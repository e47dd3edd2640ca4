"""A real Gitea for a rehearsal or a test."""

import secrets
import ssl
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
from psycopg import sql

from components.openssh_key import OpensshKey
from rehearsal.go_source import go_source
from rehearsal.part import find_part
from rehearsal.parts import GITEA
from rehearsal.servers.contract import DatabaseServer
from rehearsal.servers.free_port import free_port
from rehearsal.servers.near import near
from rehearsal.servers.postgresql import HOST, PORT_ATTEMPTS, START_SECONDS
from rehearsal.servers.server_process import ServerError, ServerProcess
from rehearsal.servers.throw_away_authority import ThrowAwayAuthority

ADMINISTRATOR = "administrator"
DATABASE = "gitea"
CLIENT_SECONDS = 30
PAGES = ("options", "templates", "public")

# Passwords are hashed quickly: a rehearsal's never outlive it.
CONFIGURATION = """
APP_NAME = rehearsal
RUN_MODE = prod
WORK_PATH = {folder}

[server]
PROTOCOL = https
HTTP_ADDR = {host}
HTTP_PORT = {port}
ROOT_URL = https://{host}:{port}/
CERT_FILE = {folder}/tls.crt
KEY_FILE = {folder}/tls.key
STATIC_ROOT_PATH = {static}
START_SSH_SERVER = true
BUILTIN_SSH_SERVER_USER = git
SSH_LISTEN_HOST = {host}
SSH_LISTEN_PORT = {ssh_port}
SSH_SERVER_HOST_KEYS = {folder}/ssh_host_key
OFFLINE_MODE = true
LFS_START_SERVER = false

[database]
DB_TYPE = postgres
HOST = {host}:{database_port}
NAME = {database}
USER = {database}
PASSWD = {database_password}
SSL_MODE = disable

[security]
INSTALL_LOCK = true
SECRET_KEY = {secret_key}
INTERNAL_TOKEN = {internal_token}
PASSWORD_HASH_ALGO = pbkdf2$1000$50

[oauth2]
JWT_SECRET = {jwt_secret}

[api]
MAX_RESPONSE_ITEMS = {page}

[service]
DISABLE_REGISTRATION = true

[cron]
ENABLED = false

[cron.update_checker]
ENABLED = false

[indexer]
ISSUE_INDEXER_TYPE = db

[log]
MODE = console
LEVEL = Warn
"""


class GiteaServer:
    """A Gitea with folder, port, certificate and administrator of its own, for as long as the `with` lasts.

    Its database is in a PostgreSQL, as in production.
    """

    host = HOST
    """Address it listens on; clients must speak TLS."""
    administrator = ADMINISTRATOR
    """Name of the administrator."""

    def __init__(
        self, database: DatabaseServer, *, folder: Path, authority: ThrowAwayAuthority | None = None, page: int = 50
    ) -> None:
        """Describe a Gitea whose database is made in *database*; a page of its lists holds *page* objects at most."""
        self.folder = folder
        self.authority = authority or ThrowAwayAuthority()
        self.port = 0
        self.ssh_port = 0
        self.ssh_host_key = ""
        self.origin = ""
        self.token = ""
        self._database = database
        self._database_password = secrets.token_urlsafe(24)
        self._page = page
        self._secrets = {name: secrets.token_urlsafe(32) for name in ("secret_key", "internal_token", "jwt_secret")}
        self._process = ServerProcess("gitea", folder=folder)
        self._program = Path()
        self._static = Path()

    def __enter__(self) -> Self:
        """Make the database, the certificate and the administrator, and start; it answers when this returns."""
        self._process.prepare()
        key, certificate = self.authority.issue(self.host)
        self._process.write("tls.key", key)
        self._process.write("tls.crt", certificate)
        host_key = OpensshKey.of(secrets.token_urlsafe(48))
        self._process.write("ssh_host_key", host_key.private)
        self.ssh_host_key = host_key.public
        found = find_part(GITEA)
        self.origin = found.origin
        self._program = near(found.path, folder=self.folder)
        self._static = self._pages()
        self._make_database()
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it; the folder is its owner's to remove."""
        self.stop()

    @property
    def url(self) -> str:
        """Address of its first page."""
        return f"https://{self.host}:{self.port}"

    def ssh_url(self, repository: str) -> str:
        """Return the address by which `git` reaches *repository* with an SSH key."""
        return f"ssh://git@{self.host}:{self.ssh_port}/{repository}.git"

    @property
    def known_host(self) -> str:
        """Line by which OpenSSH knows it."""
        return f"[{self.host}]:{self.ssh_port} {self.ssh_host_key}"

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid

    @property
    def release(self) -> str:
        """Version that this Gitea names, for example `1.25.5`."""
        return str(self.client().get("/version").json()["version"])

    def client(self) -> httpx.Client:
        """Return a client of its API, as the administrator."""
        return httpx.Client(
            base_url=f"{self.url}/api/v1",
            headers={"Authorization": f"token {self.token}"},
            verify=ssl.create_default_context(cadata=self.authority.root),
            timeout=CLIENT_SECONDS,
            trust_env=False,
        )

    def start(self) -> None:
        """Start the stopped server; on the same port when it had one."""
        lines = ""
        for _ in range(PORT_ATTEMPTS):
            self.port, self.ssh_port = self.port or free_port(), self.ssh_port or free_port()
            settings = self._process.write("app.ini", self._settings())
            if not self.token:
                self.token = self._make_administrator(settings)
            self._process.start([self._program, "web", "--config", settings], env=self._environment())
            if self._answers():
                return
            lines = self._process.last_lines()
            self._process.stop()
            if "address already in use" not in lines:
                break
            self.port = self.ssh_port = 0
        raise ServerError(f"expected Gitea to start, it ended; its last lines:\n{lines}")

    def stop(self) -> None:
        """Stop it."""
        self._process.stop()

    def _settings(self) -> str:
        return CONFIGURATION.format(
            folder=self.folder, host=self.host, port=self.port, ssh_port=self.ssh_port, static=self._static,
            page=self._page,
            database=DATABASE, database_port=self._database.port, database_password=self._database_password,
            **self._secrets,
        )  # fmt: skip

    def _environment(self) -> dict[str, str]:
        return {"PATH": "/usr/bin:/bin", "HOME": str(self.folder), "GITEA_WORK_DIR": str(self.folder)}

    def _make_database(self) -> None:
        name = sql.Identifier(DATABASE)
        with self._database.connect() as connection:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(name, self._database_password))
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(name, name))

    def _make_administrator(self, settings: Path) -> str:
        """Make the tables and the administrator; return a token of hers, whose password nobody knows."""
        program, env = self._program, self._environment()
        self._process.run([program, "migrate", "--config", settings], env=env)
        account = ["--username", ADMINISTRATOR, "--email", f"{ADMINISTRATOR}@example.org"]
        said = self._process.answer(
            [
                program, "admin", "user", "create", "--config", settings, *account, "--admin", "--random-password",
                "--must-change-password=false", "--access-token", "--access-token-scopes", "all",
            ],
            env=env,
        )  # fmt: skip
        for line in said.splitlines():
            if "Access token was successfully created" in line:
                return line.split()[-1]
        raise ServerError(f"expected Gitea to give a token; its last lines:\n{self._process.last_lines()}")

    def _pages(self) -> Path:
        """Return the folder of its pages; the module lacks what the published build makes of scripts and styles."""
        module = go_source("gitea", "code.gitea.io/gitea")
        static = self.folder / "static"
        static.mkdir(exist_ok=True)
        for name in PAGES:
            pages = near(module / name, folder=static).parent
        return pages

    def _answers(self) -> bool:
        deadline = time.monotonic() + START_SECONDS
        with self.client() as client:
            while self._process.pid is not None:
                try:
                    client.get("/version").raise_for_status()
                except httpx.HTTPError as error:
                    if time.monotonic() > deadline:
                        raise ServerError(
                            f"expected Gitea to answer within {START_SECONDS} s; last: {error}; its last lines:\n"
                            f"{self._process.last_lines()}"
                        ) from None
                    time.sleep(0.05)
                else:
                    return True
        return False
