"""The settings of the stack `hosts` with what must differ replaced, nothing else."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import JsonValue

from rehearsal.machines.machine import Machine

INTERFACE = "eth0"
SHARED = "10.77.0.200"
"""Address that the two resolvers share here."""
INGRESS = "10.77.0.201"
"""Where names without a record lead here: the machine that leads them to the cluster."""


def rehearsal_host_settings(  # noqa: PLR0913 - what a rehearsal replaces
    production: Mapping[str, JsonValue],
    machines: Iterable[Machine],
    *,
    gateway: str,
    registry: str,
    built: Mapping[str, JsonValue],
    key_file: Path,
) -> dict[str, JsonValue]:
    """Return *production* with addresses, keys and disks of *machines*, and what stands here for what is missing."""
    by_name = {machine.name: machine for machine in machines}
    network = _mapping(production["network"])
    hosts = production["hosts"]
    return {
        **production,
        "network": {
            **network,
            "interface": INTERFACE,
            "resolver": SHARED,
            "ingress": INGRESS,
            "first_resolvers": [gateway],
            "upstreams": [gateway],
            "time_servers": [gateway],
        },
        "hosts": [_host(_mapping(host), by_name) for host in (hosts if isinstance(hosts, list) else [])],
        # What happens here is no backup of production.
        "off_site": None,
        # Never the operator's own key file. No resolver of the lab is asked from here, so its entry stands by address.
        "vault": {"url": f"https://{INGRESS}", "key_file": str(key_file)},
        # In the cluster, the layer `vault` brings it.
        "rehearsed": {"registry": registry, **({} if "k3s" in built else {"vault_after": "pki"}), **built},
    }


def _host(host: Mapping[str, JsonValue], machines: Mapping[str, Machine]) -> dict[str, JsonValue]:
    machine = machines[str(host["name"])]
    return {
        **host,
        "address": machine.address,
        "user": machine.user,
        "identity": str(machine.key),
        "host_key": machine.host_key,
        "data_disk": machine.disk_name,
    }


def _mapping(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}
