"""Layer: one of the two resolvers of the lab, and its half of the address that they share."""

from ipaddress import IPv4Address
from typing import Annotated

import pydantic
import yaml
from pyinfra.operations import files

from hosts.layer import Given, Layer, Value
from hosts.layers.dns_in_turn import resolver_in_turn, shared_address_in_turn
from hosts.layers.dns_shared_address import CHECK, KEEPALIVED, SharedAddress, render_check, render_keepalived, resolving
from hosts.model import Model
from hosts.operations.compose_project import FOLDER
from hosts.operations.files_digest import files_digest
from hosts.operations.installed_packages import installed_packages
from hosts.operations.placed_file import placed_file

PROJECT = "dns"
PASSWORD = f"{FOLDER}/{PROJECT}/secrets/web_password"
UNIT = "keepalived.service"

DomainName = Annotated[
    str, pydantic.StringConstraints(pattern=r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?$")
]
Upstream = Annotated[str, pydantic.StringConstraints(pattern=r"^[0-9a-f.:]+(#[0-9]+)?$")]
Folder = Annotated[str, pydantic.StringConstraints(pattern=r"^(/[A-Za-z0-9._-]+)+$")]
Port = Annotated[int, pydantic.Field(gt=0, lt=65536)]


class Dns(Model):
    """A resolver; all but `shared` is the same on both hosts."""

    image: str
    """Name, tag and digest of Pi-hole v6."""
    upstreams: Annotated[tuple[Upstream, ...], pydantic.Field(min_length=1)]
    """Who is asked for names that are not the lab's: addresses, with `#` and a port where it is not 53."""
    domain: DomainName
    """The lab's domain; nothing below it is ever asked elsewhere."""
    wildcard: IPv4Address
    """What every name below the domain resolves to that has no record."""
    records: Annotated[dict[DomainName, IPv4Address], pydantic.Field(min_length=1)]
    """Names with an address of their own; the health check resolves the first by the alphabet."""
    data: Folder
    """Where Pi-hole keeps what it learnt; it can be lost."""
    web_port: Port = 8081
    """Not 80, which k3s takes."""
    shared: SharedAddress
    """The address that moves to whichever of the two answers."""


def render_compose(dns: Dns, *, files_label: str) -> str:
    """Return the Compose file, which is the same on both hosts."""
    settings = {
        # Behind Docker or a moving address no client is on the resolver's own subnet.
        "dns_listeningMode": "ALL",
        "dns_upstreams": ";".join(dns.upstreams),
        "dns_hosts": ";".join(f"{address} {name}" for name, address in sorted(dns.records.items())),
        # CoreDNS asks for a whole cluster: the default of 1,000 queries a minute would be refused to it.
        "dns_rateLimit_count": "0",
        "dns_rateLimit_interval": "0",
        # `local` keeps other kinds of question than the address from being asked upstream.
        "misc_dnsmasq_lines": f"address=/{dns.domain}/{dns.wildcard};local=/{dns.domain}/",
        "webserver_port": str(dns.web_port),
        # The clock is the host's.
        "ntp_ipv4_active": "false",
        "ntp_ipv6_active": "false",
        "ntp_sync_active": "false",
    }
    service = {
        "image": dns.image,
        "network_mode": "host",
        "restart": "unless-stopped",
        "environment": {
            **{f"FTLCONF_{name}": value for name, value in settings.items()},
            "WEBPASSWORD_FILE": "web_password",
        },
        "secrets": ["web_password"],
        "volumes": [f"{dns.data}:/etc/pihole"],
        "labels": {"factory.files": files_label},
        "healthcheck": {
            "test": ["CMD-SHELL", resolving(_probe(dns))],
            "interval": "5s",
            "timeout": "3s",
            "retries": 3,
            # The first start of Pi-hole fetches its lists.
            "start_period": "60s",
        },
    }
    secrets = {"web_password": {"file": PASSWORD}}
    return yaml.safe_dump({"services": {"pihole": service}, "secrets": secrets}, sort_keys=False, width=120)


def _probe(dns: Dns) -> str:
    return min(dns.records)


def deploy_dns(dns: Dns, given: Given) -> None:
    """Run Pi-hole, then let its host hold the shared address."""
    installed_packages(name="Install keepalived and dig", packages=("keepalived", "bind9-dnsutils"))
    placed_file(
        name="Place the password of Pi-hole", text=given["web_password"], dest=PASSWORD, mode="600", secret=True
    )
    files.directory(name="Make the folder of Pi-hole", path=dns.data)
    resolver_in_turn(
        name="Run Pi-hole",
        project=PROJECT,
        compose=render_compose(dns, files_label=files_digest(given["web_password"])),
        record=_probe(dns),
        other=dns.shared.other,
        turn=dns.shared.address,
    )
    check = placed_file(
        name="Place the health check of the resolver", text=render_check(_probe(dns)), dest=CHECK, mode="755"
    )
    keepalived = placed_file(
        name="Configure the shared address", text=render_keepalived(dns.shared), dest=KEEPALIVED, mode="644"
    )
    shared_address_in_turn(
        name="Share the address of the resolvers",
        unit=UNIT,
        files=(CHECK, KEEPALIVED),
        after=(check, keepalived),
        record=_probe(dns),
        turn=dns.shared.address,
    )


LAYER = Layer(
    name="dns",
    settings=Dns,
    deploy=deploy_dns,
    needs=("docker",),
    given={"web_password": Value(meaning="password of Pi-hole's web page", secret=True)},
    pins=("pihole",),
)
