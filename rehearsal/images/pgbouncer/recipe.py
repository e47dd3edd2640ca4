"""The recipe of the stand-in for PgBouncer."""

from pathlib import Path

from rehearsal.images.image import Brought, Image
from rehearsal.images.postgres.programs import PLACE, postgres_programs

NAME = "docker.io/edoburu/pgbouncer"
ENTRYPOINT = Path(__file__).with_name("entrypoint.sh")
ACCOUNT = 70
"""Number of the account `postgres` in the published image."""
LIBRARIES = ("libc-ares2", "libevent-2.1-7", "libssl3")


def pgbouncer_image(tag: str) -> Image:
    """Return PgBouncer of Debian behind the interface of the published image, where its files are given.

    The published image can also write its configuration from variables; this one refuses to start without the file.
    """
    return Image(
        name=NAME,
        tag=tag,
        origin="Debian package pgbouncer 1.18",
        packages=LIBRARIES,
        setup=[
            # Unpacked only: the package would bring a service, Perl and an account of its own.
            "cd /tmp && apt-get download -qq pgbouncer && dpkg-deb --extract pgbouncer_*.deb unpacked",
            "mv unpacked/usr/sbin/pgbouncer /usr/bin/pgbouncer",
            f"groupadd --system --gid {ACCOUNT} postgres",
            f"useradd --system --uid {ACCOUNT} --gid postgres --home-dir /var/lib/postgresql postgres",
            "install -d -o postgres -g postgres /etc/pgbouncer /var/run/pgbouncer",
            f"for each in psql pg_isready; do ln -s {PLACE}/bin/$each /usr/bin/$each; done",
        ],
        brought=[
            *postgres_programs("bin/psql", "bin/pg_isready"),
            Brought(source=ENTRYPOINT, target="/entrypoint.sh", mode=0o755),
        ],
        entrypoint=["/entrypoint.sh"],
        command=["/usr/bin/pgbouncer", "/etc/pgbouncer/pgbouncer.ini"],
        user="postgres",
        ports=["5432/tcp"],
    )
