"""The recipe of the stand-in for PgBouncer."""

from pathlib import Path

from rehearsal.images.image import Brought, Image

NAME = "docker.io/edoburu/pgbouncer"
ENTRYPOINT = Path(__file__).with_name("entrypoint.sh")
ACCOUNT = 70
"""Number of the account `postgres` in the published image."""
LIBRARIES = ("libc-ares2", "libevent-2.1-7", "libpq5", "libreadline8", "libssl3")


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
            # Unpacked only: the packages would bring a service, Perl and an account of their own.
            "cd /tmp && apt-get download -qq pgbouncer postgresql-client-15",
            "for each in *.deb; do dpkg-deb --extract $each unpacked; done",
            "mv unpacked/usr/sbin/pgbouncer unpacked/usr/lib/postgresql/15/bin/psql /usr/bin/",
            "mv unpacked/usr/lib/postgresql/15/bin/pg_isready /usr/bin/",
            f"groupadd --system --gid {ACCOUNT} postgres",
            f"useradd --system --uid {ACCOUNT} --gid postgres --home-dir /var/lib/postgresql postgres",
            "install -d -o postgres -g postgres /etc/pgbouncer /var/run/pgbouncer",
        ],
        brought=[Brought(source=ENTRYPOINT, target="/entrypoint.sh", mode=0o755)],
        entrypoint=["/entrypoint.sh"],
        command=["/usr/bin/pgbouncer", "/etc/pgbouncer/pgbouncer.ini"],
        user="postgres",
        ports=["5432/tcp"],
    )
