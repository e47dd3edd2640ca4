"""The stack `hosts`: bare machines become hosts with disks, names, certificates, databases and a forge."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pulumi
import pulumi_random

from components.host_machine import HostMachine, HostMachineArgs
from provider.resources import HostLayer, HostsProvider
from stacks.host_layers import LAYER_ORDER, done_on, host_layers, layer_steps
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
    "k3s": {"token": "k3s-servers", "agent_token": "k3s-agents"},
    "cert_manager": {"provisioner_password": "provisioner"},
    "crowdsec": {"bouncer_key": "crowdsec-bouncer"},
    "runner": {"registration_token": "gitea-runners"},
    "backup_keeper": {"upload_password": "backup-upload"},
    "backup": {"upload_password": "backup-upload", "repository_password": "backup-repositories"},
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
    "cert_manager": {"root_certificate": False, "provisioner": False},
    "secrets_operator": {"root_certificate": False},
    "argocd": {"root_certificate": False},
    "backup": {"root_certificate": False},
}
"""Layer → value that the active authority gives it → whether that is a secret."""
FROM_THE_SERVER: Mapping[str, Mapping[str, bool]] = {"k3s_agent": {"join_token": True}}
"""Layer → value that the first server of the cluster gives it → whether that is a secret."""
FROM_THE_OPERATOR: Mapping[str, Mapping[str, str]] = {
    "backup_off_site": {"off_site_key": "OFF_SITE_KEY", "off_site_secret": "OFF_SITE_SECRET"}
}
"""Layer → value that it is given → the variable of the environment that has it; all are secret."""
EVERY_HOST = {
    "resolver": ("dns",),
    "runner": ("gitea",),
    "k3s": ("k3s",),
    "k3s_drain": ("k3s", "k3s_return"),
    "coredns": ("k3s_return",),
    "backup": ("backup_keeper",),
}
"""Layer → layers that must be done on all machines that have them, as far as they come before."""
VAULT_LAYER = "vault"
"""Layer after which there is a Vault to initialise and unseal."""


def declare_hosts(settings: HostsSettings, environment: Mapping[str, str] = MappingProxyType({})) -> None:
    """Give each machine its layers, layer by layer, the machine with the authority first."""
    provider = HostsProvider("factory")
    machines = _machines(settings, provider)
    layers = {host.name: host_layers(settings, host) for host in settings.hosts}
    passwords = _passwords()
    made: dict[str, dict[str, HostLayer]] = {layer: {} for layer in LAYER_ORDER}
    for layer, host in layer_steps(settings):
        given = _given(layer, passwords)
        given |= {name: pulumi.Output.secret(environment[variable])
                  for name, variable in FROM_THE_OPERATOR.get(layer, {}).items()}  # fmt: skip
        given |= _given_by(made["pki"].get(settings.roles.authority), FROM_THE_AUTHORITY.get(layer, {}))
        given |= _given_by(made["k3s"].get(settings.roles.servers[0]), FROM_THE_SERVER.get(layer, {}))
        made[layer][host.name] = machines[host.name].give(
            layer,
            layers[host.name][layer],
            given=given,
            after=[one for other in EVERY_HOST.get(layer, ()) for one in made[other].values()],
            done_on=done_on(settings, host, layer).connection,
        )

    root = made["pki"][settings.roles.authority].gives["root_certificate"]
    served_vault(settings.vault, ca=root, after=_bring_vault(settings, made), provider=provider)
    pulumi.export("root_certificate", root)
    pulumi.export("postgres_superuser_password", passwords["postgres-superuser"])
    pulumi.export("gitea_administrator_password", passwords["gitea-administrator"])


def _bring_vault(settings: HostsSettings, made: Mapping[str, Mapping[str, HostLayer]]) -> Sequence[HostLayer]:
    """Return the layers after which there is a Vault; none while no layer brings it."""
    if brought := made.get(VAULT_LAYER):
        return [*brought.values()]
    instead = settings.rehearsed and settings.rehearsed.vault_after
    return [*made[instead].values()] if instead else []


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


def _given(layer: str, passwords: Mapping[str, pulumi.Output[str]]) -> dict[str, pulumi.Output[str]]:
    return {name: passwords[source] for name, source in PASSWORDS.get(layer, {}).items()}


def _given_by(giver: HostLayer | None, names: Mapping[str, bool]) -> dict[str, pulumi.Output[str]]:
    if giver is None:
        return {}
    return {name: (giver.gives_secret if secret else giver.gives)[name] for name, secret in names.items()}
