"""What the layers of these tests are told."""

from pydantic import JsonValue

from rehearsal.machines.network import FIRST_HOST, GATEWAY, NETWORK
from tests.hosts.system.tried_machine import Settings

MOUNT = "/mnt/data"
DISK = "rehearsal-data-pi3"
HOSTS: dict[str, JsonValue] = {f"pi{number + 1}": f"{NETWORK}.{FIRST_HOST + number}" for number in range(3)}

BASE: Settings = {
    "name": "pi3",
    "hosts": HOSTS,
    "domain": "home",
    "time_zone": "Europe/Paris",
    "time_servers": ["192.0.2.1"],
    "first_resolvers": [GATEWAY],
    "login_users": ["pi"],
}
DISKS: Settings = {"disks": [{"id": DISK, "label": "data", "mount": MOUNT}]}
DOCKER: Settings = {
    "source": "debian",
    "mount": MOUNT,
    "registries": ["gitea.lab.test"],
    "registry_mirrors": [f"http://{GATEWAY}:5000"],
}
