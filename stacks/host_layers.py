"""What each layer of each host is told: computed from the settings, so that no value stands in two places."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from hosts.pin import Chart, Image, Program
from hosts.versions import PINS
from stacks.faults import RefusedSettingsError
from stacks.host_backup import host_backup
from stacks.host_things import THING_ORDER, host_things
from stacks.hosts_settings import ROOT, Host, HostsSettings

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"
LayerSettings: TypeAlias = Mapping[str, Json]

LAYER_ORDER = (
    "base", "disks", "pki", "pki_replica", "docker", "dns", "resolver", "postgres", "pgbouncer", "gitea", "iscsi",
    "k3s", "k3s_drain", "k3s_agent", "k3s_return", *THING_ORDER, "backup_keeper", "backup",
    "backup_off_site", "runner",
)  # fmt: skip
"""The order in which layers are given, the same as in `hosts/layers/order.py`; a test compares the two."""
IN_TURN = ("k3s_drain", "k3s_agent", "k3s_return")
"""Layers that one machine has all of before the next machine is given the first."""
ON_THE_SERVER = frozenset({"k3s_drain", "k3s_return"})
"""Layers that are done for a machine on the first server of the cluster."""

IMAGES = {"dns": "pihole", "postgres": "postgres", "pgbouncer": "pgbouncer", "gitea": "gitea", "runner": "act_runner"}
"""Layer → pin of the image that it runs."""
FOUNDATIONS = ("postgres", "pgbouncer", "gitea")
"""Layers of the host that has the role `foundations`."""
JOB_IMAGE = "job"
"""Pin of what the image of the jobs is made from."""


def host_layers(settings: HostsSettings, host: Host) -> Mapping[str, LayerSettings]:
    """Return the layers of *host*, in the order in which it is given them, with what each is told."""
    roles = settings.roles
    layers: dict[str, LayerSettings] = {"base": _base(settings, host), "disks": _disks(settings, host)}
    if host.name == roles.authority:
        layers["pki"] = {"authority": _authority(settings), "root_fingerprint": settings.root_fingerprint}
    else:
        layers["pki_replica"] = {"authority": _authority(settings)}
    layers["docker"] = _docker(settings)
    if host.name in roles.resolvers:
        layers["dns"] = _dns(settings, host)
    layers["resolver"] = {
        # While the first resolver is away, the next that is asked after the shared address should be the other one.
        "servers": [settings.network.resolver, *(settings.host(name).address for name in reversed(roles.resolvers))],
        "probe": f"gitea.{settings.domain}",
    }
    if host.name == roles.foundations:
        layers |= _foundations(settings, host)
    layers["iscsi"] = {}
    layers |= _cluster(settings, host)
    if host.name == roles.servers[0] and "k3s" in layers:
        layers |= host_things(settings)
    layers |= host_backup(settings, host, layers=layers)
    if host.name in roles.runners:
        layers["runner"] = _runner(settings, host)
    return layers


def backup_layers(settings: HostsSettings, host: Host) -> Mapping[str, LayerSettings]:
    """Return the layers of the backup of *host*, as `host_layers` does; open pins and unknown disks are nothing to it.

    Who fetches a backup needs no image, and may have a checkout in which one is not chosen yet.
    """
    roles, cluster = settings.roles, _cluster(settings, host)
    layers = [
        *(["pki"] if host.name == roles.authority else []),
        *(FOUNDATIONS if host.name == roles.foundations else []),
        *cluster,
        *(host_things(settings) if host.name == roles.servers[0] and "k3s" in cluster else []),
    ]
    return host_backup(settings, host, layers=layers)


def layer_steps(settings: HostsSettings) -> Iterator[tuple[str, Host]]:
    """Yield each layer with each host that has it, in the order in which they are given."""
    told = {host.name: host_layers(settings, host) for host in settings.hosts}
    # The others join the first server.
    hosts = sorted(settings.hosts, key=lambda host: host.name != settings.roles.servers[0])
    for layer in LAYER_ORDER:
        if layer == IN_TURN[0]:
            yield from ((each, host) for host in hosts for each in IN_TURN if each in told[host.name])
        elif layer not in IN_TURN:
            yield from ((layer, host) for host in hosts if layer in told[host.name])


def done_on(settings: HostsSettings, host: Host, layer: str) -> Host:
    """Return the host on which *layer* is done for *host*."""
    return settings.host(settings.roles.servers[0]) if layer in ON_THE_SERVER else host


def layer_faults(settings: HostsSettings) -> Iterator[str]:
    """Yield what production still lacks; a rehearsal brings its own disks and images."""
    for index, host in enumerate(settings.hosts):
        if host.data_disk is None:
            yield (
                f"{ROOT}.hosts[{index}].data_disk: missing. Expected its name in /dev/disk/by-id; "
                f"`./factory hosts facts {host.name}` lists the disks"
            )
    if settings.rehearsed is None:
        for name in (*IMAGES.values(), JOB_IMAGE):
            if PINS[name].is_open:
                yield f"the image {name} has an open pin. Expected its digest; `./factory pins update {name}` reads it"
        for name in (name for name, pin in PINS.items() if isinstance(pin, Chart) and pin.is_open):
            yield f"the chart {name} has an open pin. Expected its checksum; `./factory pins update {name}` reads it"


def _base(settings: HostsSettings, host: Host) -> LayerSettings:
    network = settings.network
    return {
        "name": host.name,
        "hosts": {each.name: each.address for each in settings.hosts},
        "domain": network.domain,
        "time_zone": settings.time_zone,
        "time_servers": network.time_servers,
        "first_resolvers": network.first_resolvers,
        "login_users": [host.user or "pi"],
    }


def _disks(settings: HostsSettings, host: Host) -> LayerSettings:
    disk = {"id": host.data_disk, "label": settings.data_label, "mount": settings.data}
    return {"disks": [disk], "may_be_erased": [host.data_disk] if host.may_be_erased else []}


def _authority(settings: HostsSettings) -> LayerSettings:
    built = settings.rehearsed
    instead = {"step_ca": built.step_ca.model_dump(), "step_cli": built.step_cli.model_dump()} if built else None
    return {
        "name": settings.authority_name,
        "names": [f"ca.{settings.domain}", *(host.address for host in settings.hosts)],
        "primary": settings.host(settings.roles.authority).address,
        "instead": instead,
    }


def _docker(settings: HostsSettings) -> LayerSettings:
    rehearsed = settings.rehearsed
    return {
        "source": "debian" if rehearsed else "vendor",
        "mount": settings.data,
        "registries": [f"gitea.{settings.domain}"],
        "registry_mirrors": [rehearsed.registry] if rehearsed else [],
    }


def _dns(settings: HostsSettings, host: Host) -> LayerSettings:
    network, roles = settings.network, settings.roles
    (other,) = (name for name in roles.resolvers if name != host.name)
    return {
        "image": _image(settings, "dns"),
        "upstreams": network.upstreams,
        "domain": settings.domain,
        "wildcard": network.ingress,
        "records": {
            f"gitea.{settings.domain}": settings.host(roles.foundations).address,
            f"ca.{settings.domain}": settings.host(roles.authority).address,
            **{f"{each.name}.{network.domain}": each.address for each in settings.hosts},
        },
        "data": f"{settings.data}/dns",
        "shared": {
            "address": network.resolver,
            "prefix": network.prefix,
            "interface": network.interface,
            "own": host.address,
            "other": settings.host(other).address,
            "priority": 100 if host.name == roles.resolvers[0] else 50,
        },
    }


def _foundations(settings: HostsSettings, host: Host) -> Mapping[str, LayerSettings]:
    return {
        "postgres": {
            "image": _image(settings, "postgres"),
            "mount": settings.data,
            "folder": f"{settings.data}/postgres",
            "memory_mib": settings.database_mebibytes,
        },
        "pgbouncer": {
            "image": _image(settings, "pgbouncer"),
            "names": [host.address, f"{host.name}.{settings.network.domain}"],
        },
        "gitea": {
            "image": _image(settings, "gitea"),
            "mount": settings.data,
            "folder": f"{settings.data}/gitea",
            "domain": f"gitea.{settings.domain}",
            "admin": settings.administrator,
            "admin_email": settings.administrator_email,
        },
    }


def _cluster(settings: HostsSettings, host: Host) -> Mapping[str, LayerSettings]:
    """Return the layers of k3s; a rehearsal without anything in its place has no cluster."""
    rehearsed, servers = settings.rehearsed, settings.roles.servers
    built = rehearsed.k3s if rehearsed else None
    if rehearsed is not None and built is None:
        return {}
    version = (built.version if built else None) or _pinned_program("k3s").version
    node: LayerSettings = {
        "name": host.name,
        "address": host.address,
        "version": version,
        # There, ports 80 and 443 are the forge's.
        "balances": host.name != settings.roles.foundations,
        "instead": {"url": built.url, "sha256": built.sha256} if built else None,
    }
    first = settings.host(servers[0]).address
    if host.name in servers:
        names = [f"{host.name}.{settings.network.domain}"]
        joins = None if host.name == servers[0] else first
        return {"k3s": {"node": node, "names": names, "servers": len(servers), "first": joins, "mount": settings.data}}
    step: LayerSettings = {"node": host.name, "version": version}
    return {"k3s_drain": step, "k3s_agent": {"node": node, "server": first}, "k3s_return": step}


def _runner(settings: HostsSettings, host: Host) -> LayerSettings:
    return {
        "image": _image(settings, "runner"),
        "version": _pinned_image(IMAGES["runner"]).version,
        "job_image": _named(settings, JOB_IMAGE),
        "mount": settings.data,
        "folder": f"{settings.data}/gitea-runner-{host.name}",
        "name": host.name,
        "instance": f"https://gitea.{settings.domain}",
    }


def _image(settings: HostsSettings, layer: str) -> str:
    return _named(settings, IMAGES[layer])


def _named(settings: HostsSettings, pin: str) -> str:
    image = _pinned_image(pin)
    return image.named if settings.rehearsed else image.pinned


def _pinned_image(pin: str) -> Image:
    image = PINS[pin]
    if not isinstance(image, Image):
        raise RefusedSettingsError([f"hosts/versions.py: {pin}: expected an image"])
    return image


def _pinned_program(pin: str) -> Program:
    program = PINS[pin]
    if not isinstance(program, Program):
        raise RefusedSettingsError([f"hosts/versions.py: {pin}: expected a program"])
    return program
