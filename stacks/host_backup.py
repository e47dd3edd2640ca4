"""What each host backs up, and what is in no backup on purpose."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from stacks.hosts_settings import Host, HostsSettings

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"

REMADE = ("docker", "dns", "k3s-snapshots", "backups")
"""Folders of the data disk that nobody would miss: made again by a layer, or themselves copies."""
CLUSTER = "longhorn"
"""Volumes of the cluster go to a bucket of their own."""
GITEA_REMADE = ("indexers", "log", "queues", "tmp", "sessions")
AUTHORITY_FOLDER = "/etc/step-ca"
AUTHORITY_DATABASE = "/var/lib/step-ca"
SNAPSHOT_ACCOUNT = {"namespace": "tools", "account": "vault-snapshot", "role": "snapshot"}
"""Who may read a snapshot of Vault's storage, and nothing else; a test compares it with the cluster and with Vault."""
K3S_SERVER = "/var/lib/rancher/k3s/server"


def host_backup(settings: HostsSettings, host: Host, *, layers: Collection[str]) -> Mapping[str, Mapping[str, Json]]:
    """Return the layers of the backup that *host* has beside its other *layers*; none while no host keeps any."""
    keeper = settings.roles.keeper
    if keeper is None:
        return {}
    keeps = settings.host(keeper)
    sources = _sources(settings, host, layers)
    told: dict[str, Json] = {
        "host": host.name,
        "mount": settings.data,
        "keeper": keeps.address,
        "sources": sources,
        "accounted": _accounted(settings, host, sources),
    }
    off_site: dict[str, Mapping[str, Json]] = {}
    if settings.off_site is not None and sources:
        off_site["backup_off_site"] = {"host": host.name, "place": settings.off_site}
    if host.name != keeper:
        return {"backup": told, **off_site}
    keeps_for = {
        "mount": settings.data,
        "folder": f"{settings.data}/backups",
        "hosts": [each.name for each in settings.hosts if each.name != keeper],
        "names": [host.address, f"{host.name}.{settings.network.domain}"],
    }
    # What it keeps of others is no backup of what is its own: so it has nothing of its own, and says when it has.
    return {"backup_keeper": keeps_for, "backup": {**told, "keeper": None}, **off_site}


def _sources(settings: HostsSettings, host: Host, layers: Collection[str]) -> Mapping[str, Json]:
    found: dict[str, Json] = {}
    if "postgres" in layers:
        found["postgres"] = {"kind": "postgres", "container": "postgres"}
    if "gitea" in layers:
        data = f"{settings.data}/gitea/data"
        found["gitea"] = {"kind": "files", "paths": [data], "left_out": [f"{data}/{each}" for each in GITEA_REMADE]}
    if "pki" in layers:
        # The keys are encrypted; what opens them is in the state of the stack, not beside them.
        found["authority"] = {
            "kind": "files",
            "paths": [AUTHORITY_FOLDER, AUTHORITY_DATABASE],
            "left_out": [f"{AUTHORITY_FOLDER}/secrets"],
        }
    if "k3s" in layers:
        # One is useless without the other. Several servers have etcd, of which k3s keeps snapshots by itself.
        several = len(settings.roles.servers) > 1
        found["k3s"] = {
            "kind": "files",
            "paths": [f"{K3S_SERVER}/token", *([f"{K3S_SERVER}/db/snapshots"] if several else [])],
            "sqlite": [] if several else [f"{K3S_SERVER}/db/state.db"],
        }
    if "k3s" in layers and host.name == settings.roles.servers[0]:
        found["cluster"] = {"kind": "cluster"}
    # On the machines of a rehearsal, what stands for Vault knows no service account of a cluster.
    if "vault" in layers and settings.vault is not None and settings.rehearsed is None:
        found["vault"] = {"kind": "vault", "url": settings.vault.url, **SNAPSHOT_ACCOUNT}
    return found


def _accounted(settings: HostsSettings, host: Host, sources: Mapping[str, Json]) -> Sequence[str]:
    covered = [name for name in ("postgres", "gitea") if name in sources]
    # In a rehearsal Vault lies on a machine itself, not in a volume of the cluster.
    instead = ["vault"] if settings.rehearsed is not None else []
    folders = [*REMADE, CLUSTER, f"gitea-runner-{host.name}", *covered, *instead]
    return [f"{settings.data}/{name}" for name in folders]
