"""Layer: PgBouncer before PostgreSQL, and the only way to it from outside the host."""

from collections.abc import Mapping
from typing import Annotated

import pydantic
import yaml
from pyinfra.operations import server
from pyinfra.operations.util import any_changed

from hosts.layer import Given, Layer, Value
from hosts.layers.postgres import LOOKUP_USER
from hosts.layers.postgres import PORT as SERVER_PORT
from hosts.layers.postgres_facts import CONTAINER as SERVER
from hosts.layers.postgres_facts import SUPERUSER
from hosts.layers.postgres_verifier import scram_verifier
from hosts.model import Model
from hosts.operations.compose_project import FOLDER, compose_project
from hosts.operations.files_digest import files_digest
from hosts.operations.host_certificate import host_certificate
from hosts.operations.placed_file import placed_file

PROJECT = "pgbouncer"
ACCOUNT = "70"
"""Number of the account in the image, which reads the passwords; the host may not know it."""
CONFIGURATION = f"{FOLDER}/{PROJECT}/etc"
IN_CONTAINER = "/etc/pgbouncer"
CERTIFICATE = f"{FOLDER}/{PROJECT}/tls"
CERTIFICATE_IN_CONTAINER = "/etc/ssl/pgbouncer"
RELOAD = f"docker kill --signal=HUP {PROJECT}"
"""Makes it read its files again, the certificate too, and keeps every connection."""

AUTH_QUERY = "SELECT uname, phash FROM public.user_lookup($1)"
"""Asked in the database that a client names; the stack `postgres` makes the function there."""


class Pgbouncer(Model):
    """A pooler that looks users up in the database they ask for."""

    image: str
    """Name and tag, in production with the digest."""
    names: Annotated[tuple[str, ...], pydantic.Field(min_length=1)]
    """Names and addresses that its certificate is for."""
    port: Annotated[int, pydantic.Field(ge=1, le=65535)] = 6432
    """Port of the host."""
    max_clients: Annotated[int, pydantic.Field(ge=10)] = 1000
    """Connections of clients at a time."""
    pool_size: Annotated[int, pydantic.Field(ge=1)] = 20
    """Connections to the server for each user and database."""
    idle_seconds: Annotated[int, pydantic.Field(ge=1)] = 30
    """After which an unused connection to the server is given up, so that a user or database can be dropped."""


def render_configuration(pgbouncer: Pgbouncer) -> str:
    """Return the text of `pgbouncer.ini`."""
    settings: Mapping[str, str | int] = {
        "listen_addr": "*",
        "listen_port": pgbouncer.port,
        "unix_socket_dir": "",
        "auth_type": "scram-sha-256",
        "auth_file": f"{IN_CONTAINER}/userlist.txt",
        "auth_user": LOOKUP_USER,
        "auth_query": AUTH_QUERY,
        "admin_users": SUPERUSER,
        "pool_mode": "session",
        "max_client_conn": pgbouncer.max_clients,
        "default_pool_size": pgbouncer.pool_size,
        "client_tls_sslmode": "require",
        "client_tls_key_file": f"{CERTIFICATE_IN_CONTAINER}/tls.key",
        "client_tls_cert_file": f"{CERTIFICATE_IN_CONTAINER}/tls.crt",
        # The way to the server is a network inside this host.
        "server_tls_sslmode": "disable",
        "server_idle_timeout": pgbouncer.idle_seconds,
        # The default makes a client wait 15 s after a database that was missing is there again.
        "server_login_retry": 1,
        # Drivers send it, and PgBouncer refuses what it does not know.
        "ignore_startup_parameters": "extra_float_digits",
        # The health check connects every few seconds.
        "log_connections": 0,
        "log_disconnections": 0,
    }
    lines = [f"{name} = {value}".rstrip() for name, value in settings.items()]
    return "\n".join(["[databases]", f"* = host={SERVER} port={SERVER_PORT}", "", "[pgbouncer]", *lines, ""])


def render_users(given: Given) -> str:
    """Return the text of `userlist.txt`.

    Of the superuser the pooler has what the server keeps, which is enough to pass a client's proof on. As the lookup
    user it logs in on its own account, and for that a verifier is not enough.
    """
    users = {
        SUPERUSER: scram_verifier(given["superuser_password"], role=SUPERUSER),
        LOOKUP_USER: given["lookup_password"].replace('"', '""'),
    }
    return "".join(f'"{name}" "{secret}"\n' for name, secret in users.items())


def render_compose(pgbouncer: Pgbouncer, *, files_label: str) -> str:
    """Return the Compose file."""
    service = {
        "image": pgbouncer.image,
        "container_name": PROJECT,
        "user": f"{ACCOUNT}:{ACCOUNT}",
        "restart": "always",
        "networks": [SERVER],
        "ports": [f"{pgbouncer.port}:{pgbouncer.port}"],
        "volumes": [
            f"{CONFIGURATION}:{IN_CONTAINER}:ro",
            f"{CERTIFICATE}:{CERTIFICATE_IN_CONTAINER}:ro",
        ],
        "labels": {"factory.files": files_label},
        "healthcheck": {
            "test": [
                "CMD", "pg_isready", "--quiet", "--host=127.0.0.1", f"--port={pgbouncer.port}",
                f"--username={SUPERUSER}", "--dbname=pgbouncer",
            ],
            "interval": "5s",
            "timeout": "5s",
            "retries": 6,
            "start_period": "20s",
        },
    }  # fmt: skip
    networks = {SERVER: {"external": True, "name": SERVER}}
    return yaml.safe_dump({"services": {"pgbouncer": service}, "networks": networks}, sort_keys=False, width=120)


def deploy_pgbouncer(pgbouncer: Pgbouncer, given: Given) -> None:
    """Give the pooler its certificate, its configuration and its users, and run it."""
    configuration, users = render_configuration(pgbouncer), render_users(given)
    host_certificate(
        name=PROJECT,
        names=pgbouncer.names,
        folder=CERTIFICATE,
        reload=RELOAD,
        owner=f"{ACCOUNT}:{ACCOUNT}",
    )
    placed = placed_file(name="Configure PgBouncer", text=configuration, dest=f"{CONFIGURATION}/pgbouncer.ini")
    known = placed_file(
        name="Place the users that PgBouncer knows by itself", text=users, dest=f"{CONFIGURATION}/userlist.txt",
        mode="600", user=ACCOUNT, group=ACCOUNT, secret=True,
    )  # fmt: skip
    running = compose_project(
        name="Run PgBouncer",
        project=PROJECT,
        compose=render_compose(pgbouncer, files_label=files_digest(configuration, users)),
    )
    server.shell(
        name="Let PgBouncer read its corrected files",
        commands=[RELOAD],
        # A setting that changed made the container again; this is for a file that somebody else had changed.
        _if=[any_changed(placed, known), lambda: not running.did_change()],
    )


LAYER = Layer(
    name="pgbouncer",
    settings=Pgbouncer,
    deploy=deploy_pgbouncer,
    needs=("pki", "postgres"),
    given={
        "superuser_password": Value(meaning="password of the superuser `postgres`", secret=True),
        "lookup_password": Value(meaning=f"password of the role `{LOOKUP_USER}`", secret=True),
    },
    pins=("pgbouncer",),
)
