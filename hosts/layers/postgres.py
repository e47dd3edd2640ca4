"""Layer: PostgreSQL, outside the cluster because the cluster's own parts stand on it."""

from typing import Annotated

import pydantic
import yaml
from pyinfra.operations import server
from pyinfra.operations.util import any_changed

from hosts.layer import Given, Layer, Value
from hosts.layers.postgres_cluster import made_cluster
from hosts.layers.postgres_facts import CONTAINER, SUPERUSER
from hosts.layers.postgres_roles import Role, postgres_roles
from hosts.layers.postgres_tuning import tuned
from hosts.layers.postgres_verifier import scram_verifier
from hosts.model import Model
from hosts.operations.compose_project import FOLDER, compose_project
from hosts.operations.files_digest import files_digest
from hosts.operations.mounted_folder import mounted_folder
from hosts.operations.placed_file import placed_file

PROJECT = "postgres"
PORT = 5432
LOOKUP_USER = "pgbouncer_auth"
"""Role as which the pooler looks users up; the stack `postgres` gives it what that takes."""

CONFIGURATION = f"{FOLDER}/{PROJECT}/etc"
IN_CONTAINER = "/etc/postgresql"

# peer: who may start a program as the server's account inside its container may do everything anyway.
# samenet: the server is published nowhere, and reached on its own container network only.
ACCESS = f"""\
local all {SUPERUSER} peer
host all all samenet scram-sha-256
"""

FIXED = {
    "listen_addresses": "'*'",
    "password_encryption": "'scram-sha-256'",
    # The data lie on a solid state disk.
    "random_page_cost": "1.1",
    "effective_io_concurrency": "200",
    # Rarer checkpoints write less to a disk that wears out.
    "checkpoint_timeout": "15min",
    "max_wal_size": "2GB",
    "min_wal_size": "256MB",
    "wal_compression": "on",
    # Compiling a query costs a small processor more than it gains.
    "jit": "off",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "lc_messages": "'C.UTF-8'",
    "log_checkpoints": "off",
}


class Postgres(Model):
    """A PostgreSQL server for this host's other containers."""

    image: str
    """Name and tag, in production with the digest."""
    mount: Annotated[str, pydantic.StringConstraints(pattern=r"^(/[A-Za-z0-9._-]+)+$")]
    """Where the data disk is mounted; without it nothing is started."""
    folder: Annotated[str, pydantic.StringConstraints(pattern=r"^(/[A-Za-z0-9._-]+)+$")]
    """Folder of the data, below `mount`."""
    memory_mib: Annotated[int, pydantic.Field(ge=128)]
    """Memory in MiB that it may count on; the rest is for what else runs on the host."""
    max_connections: Annotated[int, pydantic.Field(ge=20, le=1000)] = 200
    """The pooler's and Gitea's together."""


def render_configuration(postgres: Postgres) -> str:
    """Return the text of `postgresql.conf`."""
    memory = tuned(memory_mib=postgres.memory_mib, max_connections=postgres.max_connections)
    settings = {
        **FIXED,
        "hba_file": f"'{IN_CONTAINER}/pg_hba.conf'",
        "max_connections": str(postgres.max_connections),
        **memory,
    }
    return "".join(f"{name} = {value}\n" for name, value in settings.items())


def render_compose(postgres: Postgres, *, files_label: str) -> str:
    """Return the Compose file."""
    service = {
        "image": postgres.image,
        "container_name": CONTAINER,
        "command": ["postgres", "-c", f"config_file={IN_CONTAINER}/postgresql.conf"],
        "restart": "always",
        # Connections end, and the data are on the disk, before it is killed.
        "stop_grace_period": "60s",
        # Docker's 64 MiB are too little for a parallel query.
        "shm_size": f"{max(postgres.memory_mib // 4, 64)}m",
        "volumes": [
            f"{postgres.folder}/data:/var/lib/postgresql/data",
            # Folders, not files: a file that is placed anew would stay unseen in the container.
            f"{CONFIGURATION}:{IN_CONTAINER}:ro",
        ],
        "labels": {"factory.files": files_label},
        "healthcheck": {
            # By the network, as its clients come.
            "test": ["CMD", "pg_isready", "--quiet", "--host=127.0.0.1"],
            "interval": "5s",
            "timeout": "5s",
            "retries": 6,
            # After a power cut it first does again what the log says.
            "start_period": "300s",
        },
    }
    network = {"default": {"name": CONTAINER}}
    return yaml.safe_dump({"services": {"postgres": service}, "networks": network}, sort_keys=False, width=120)


def deploy_postgres(postgres: Postgres, given: Given) -> None:
    """Give the server its folder and configuration, run it, and make the roles that the foundations need."""
    configuration = render_configuration(postgres)
    mounted_folder(
        name="Make the folder of PostgreSQL", path=postgres.folder, mount=postgres.mount, mode="711", owner=0
    )
    made_cluster(name="Make the databases of PostgreSQL, once", folder=postgres.folder, image=postgres.image)
    placed = placed_file(name="Configure PostgreSQL", text=configuration, dest=f"{CONFIGURATION}/postgresql.conf")
    access = placed_file(name="Say who may reach PostgreSQL", text=ACCESS, dest=f"{CONFIGURATION}/pg_hba.conf")
    running = compose_project(
        name="Run PostgreSQL",
        project=PROJECT,
        compose=render_compose(postgres, files_label=files_digest(configuration, ACCESS)),
        patience=300,
    )
    server.shell(
        name="Let PostgreSQL read its corrected files",
        commands=[f"docker kill --signal=HUP {CONTAINER}"],
        # A setting that changed made the container again; this is for a file that somebody else had changed.
        _if=[any_changed(placed, access), lambda: not running.did_change()],
    )
    postgres_roles(
        name="Set the passwords of superuser and lookup user",
        roles=[
            Role(name=SUPERUSER, verifier=scram_verifier(given["superuser_password"], role=SUPERUSER)),
            Role(name=LOOKUP_USER, verifier=scram_verifier(given["lookup_password"], role=LOOKUP_USER)),
        ],
    )


LAYER = Layer(
    name="postgres",
    settings=Postgres,
    deploy=deploy_postgres,
    needs=("disks", "docker"),
    given={
        "superuser_password": Value(meaning="password of the superuser `postgres`", secret=True),
        "lookup_password": Value(meaning=f"password of the role `{LOOKUP_USER}`", secret=True),
    },
    pins=("postgres",),
    holds_data=True,
)
