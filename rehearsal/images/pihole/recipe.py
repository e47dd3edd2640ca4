"""The recipe of the stand-in for Pi-hole."""

from pathlib import Path

from rehearsal.images.image import Brought, Image

NAME = "docker.io/pihole/pihole"
ENTRYPOINT = Path(__file__).with_name("entrypoint.sh")


def pihole_image(tag: str) -> Image:
    """Return Debian's dnsmasq behind the settings of Pi-hole v6, whose own resolver is a dnsmasq.

    It blocks nothing and has no web page: neither takes part in what is rehearsed.
    """
    return Image(
        name=NAME,
        tag=tag,
        origin="Debian package dnsmasq-base 2.90",
        packages=("dnsmasq-base", "bind9-dnsutils"),
        setup=["install -d /etc/pihole"],
        brought=[Brought(source=ENTRYPOINT, target="/entrypoint.sh", mode=0o755)],
        entrypoint=["/entrypoint.sh"],
        health="dig +short +norecurse +retry=0 @127.0.0.1 pi.hole || exit 1",
    )
