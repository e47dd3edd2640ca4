"""The stack `hosts`: bare machines become hosts with disks, names, certificates, databases and a forge."""

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_random

from components.host_machine import HostMachine, HostMachineArgs
from provider.resources import HostLayer, HostsProvider
from stacks.host_layers import LAYER_ORDER, host_layers
from stacks.hosts_settings import HostsSettings
from stacks.served_vault import served_vault

PASSWORD_LENGTH = 40
PASSWORDS: Mapping[str, Mapping[str, str]] = {
    "pki": {"ca_password": "ca", "provisioner_password": "provisioner"},
    "pki_replica": {"ca_password": "ca", "provisioner_password": "provisioner"},
    "dns": {"web_password": "resolver-web"},
    "postgres": {"superuser_password": "postgres-superuser", "lookup_password": "postgres-lookup"},
    "pgbouncer": {"superuser_password": "postgres-superuser", "lookup_password": "postgres-lookup"},
    "gitea": {
        "database_password": "gitea-database",
        "admin_password": "gitea-administrator",
        "secret_key": "gitea-secret-key",
        "internal_token": "gitea-internal-token",
        "oauth2_secret": "gitea-oauth2",
        "lfs_secret": "gitea-lfs",
        "runner_token": "gitea-runners",
    },
    "runner": {"registration_token": "gitea-runners"},
}
"""Layer → value that it is given → the generated password that it is."""
FROM_THE_AUTHORITY: Mapping[str, Mapping[str, bool]] = {
    "pki_replica": {
        "root_certificate": False,
        "intermediate_certificate": False,
        "intermediate_key": True,
        "provisioner": False,
        "provisioner_key": True,
    },
    "docker": {"root_certificate": False},
    "runner": {"root_certificate": False},
}
"""Layer → value that the active authority gives it → whether that is a secret."""
EVERY_HOST = {"resolver": "dns", "runner": "gitea"}
"""Layer → layer that must be done on all machines that have it."""
VAULT_LAYER = "vault"
"""Layer after which there is a Vault to initialise and unseal."""


def declare_hosts(settings: HostsSettings) -> None:
    """Give each machine its layers, layer by layer, the machine with the authority first."""
    provider = HostsProvider("factory")
    machines = _machines(settings, provider)
    layers = {host.name: host_layers(settings, host) for host in settings.hosts}
    passwords = _passwords()
    made: dict[str, dict[str, HostLayer]] = {layer: {} for layer in LAYER_ORDER}
    for layer in LAYER_ORDER:
        for name, machine in machines.items():
            if layer in layers[name]:
                made[layer][name] = machine.give(
                    layer,
                    layers[name][layer],
                    given=_given(layer, passwords, made["pki"].get(settings.roles.authority)),
                    after=[*made[EVERY_HOST[layer]].values()] if layer in EVERY_HOST else [],
                )

    root = made["pki"][settings.roles.authority].gives["root_certificate"]
    served_vault(settings.vault, ca=root, after=[*made.get(VAULT_LAYER, {}).values()], provider=provider)
    pulumi.export("root_certificate", root)
    pulumi.export("postgres_superuser_password", passwords["postgres-superuser"])
    pulumi.export("gitea_administrator_password", passwords["gitea-administrator"])


def _machines(settings: HostsSettings, provider: HostsProvider) -> Mapping[str, HostMachine]:
    opts = pulumi.ResourceOptions(providers=[provider])
    first = sorted(settings.hosts, key=lambda host: host.name != settings.roles.authority)
    return {host.name: HostMachine(host.name, HostMachineArgs(connection=host.connection), opts) for host in first}


def _passwords() -> Mapping[str, pulumi.Output[str]]:
    random = pulumi.ResourceOptions(provider=pulumi_random.Provider("random"))
    names: Sequence[str] = sorted({name for given in PASSWORDS.values() for name in given.values()})
    return {
        name: pulumi.Output.secret(
            pulumi_random.RandomPassword(name, length=PASSWORD_LENGTH, special=False, opts=random).result
        )
        for name in names
    }


def _given(
    layer: str, passwords: Mapping[str, pulumi.Output[str]], authority: HostLayer | None
) -> Mapping[str, pulumi.Output[str]]:
    given = {name: passwords[source] for name, source in PASSWORDS.get(layer, {}).items()}
    if authority is not None:
        for name, secret in FROM_THE_AUTHORITY.get(layer, {}).items():
            given[name] = (authority.gives_secret if secret else authority.gives)[name]
    return given
