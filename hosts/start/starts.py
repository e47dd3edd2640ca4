"""All that starts in the lab, and what each needs: the one place where that is said."""

from collections.abc import Mapping

from hosts.start.start import Need, Start

NOTHING_STARTS = frozenset(
    {
        "backup",
        "backup_off_site",
        "base",
        "disks",
        "iscsi",
        "k3s_drain",
        "k3s_return",
        "longhorn_dump",
        "pki_replica",
        "resolver",
        "volume_backups",
    }
)
"""Layers that leave nothing behind that must start before something else: files, settings, timers."""

_MOUNTED = Need(of="disk", kept_by="systemd: RequiresMountsFor")
_DOCKER = Need(of="docker", kept_by="Docker starts its containers with itself")
_VOLUME = Need(of="longhorn", kept_by="the kubelet starts no pod before its volume is attached")
_NODES = Need(of="k3s", kept_by="what is in the cluster starts with it")
_NAMES_IN_CLUSTER = Need(
    of="dns", kept_by="asked at each question", or_else="the cluster's own names resolve without it"
)
_UNSEALED = "Vault answers nothing while it is sealed; `./factory vault unseal` comes before"

STARTS: Mapping[str, Start] = {
    "disk": Start(place="host"),
    "pki": Start(place="host"),
    "docker": Start(place="host", needs=(_MOUNTED,)),
    "dns": Start(place="host", needs=(_DOCKER,)),
    "postgres": Start(place="host", needs=(_DOCKER,)),
    "pgbouncer": Start(
        place="host", needs=(_DOCKER, Need(of="postgres", kept_by="it connects when a client asks for it"))
    ),
    "gitea": Start(
        place="host",
        needs=(
            _DOCKER,
            Need(of="postgres", kept_by="Docker restarts it until its database answers"),
            Need(of="pki", kept_by="asked when the certificate is renewed", or_else="its certificate lies on its disk"),
        ),
    ),
    "backup_keeper": Start(place="host", needs=(_MOUNTED,)),
    "runner": Start(
        place="host",
        needs=(
            _DOCKER,
            Need(of="gitea", kept_by="it asks for work until it is answered"),
            Need(of="dns", kept_by="it asks for work until it is answered"),
        ),
    ),
    "k3s": Start(place="cluster", needs=(Need(of="disk", kept_by="its unit starts after local-fs.target"),)),
    "k3s_agent": Start(place="cluster", needs=(Need(of="k3s", kept_by="it tries until the server answers"),)),
    "coredns": Start(place="cluster", needs=(_NODES, _NAMES_IN_CLUSTER)),
    "longhorn": Start(
        place="cluster", needs=(_NODES, Need(of="k3s_agent", kept_by="a volume is attached where its replicas are"))
    ),
    "cert_manager": Start(
        place="cluster",
        needs=(
            _NODES,
            Need(
                of="pki",
                kept_by="it asks again until it is given one",
                or_else="certificates lie in Secrets until then",
            ),
        ),
    ),
    "traefik": Start(
        place="cluster",
        needs=(
            _VOLUME,
            Need(of="cert_manager", kept_by="it looks at the Secret", or_else="a certificate that it signs itself"),
        ),
    ),
    "vault": Start(
        place="cluster",
        needs=(_VOLUME, Need(of="cert_manager", kept_by="the kubelet starts no pod before its Secret is there")),
    ),
    "unsealed": Start(
        place="operator",
        needs=(
            Need(of="vault", kept_by="`factory:vault:Unsealed` and `./factory vault unseal` ask until it answers"),
            Need(of="traefik", kept_by="they reach Vault through it"),
            Need(of="dns", kept_by="they reach Vault by its name"),
        ),
    ),
    "secrets_operator": Start(place="cluster", needs=(Need(of="unsealed", kept_by="it logs in again until it may"),)),
    "argocd": Start(
        place="cluster",
        needs=(_NODES, Need(of="gitea", kept_by="it fetches again", or_else="what it applied before keeps running")),
    ),
    "crowdsec": Start(place="cluster", needs=(_VOLUME,)),
    "code": Start(
        place="operator",
        needs=(Need(of="gitea", kept_by="`git pull`", or_else="the operator's own checkout and the bundle"),),
    ),
    "stack hosts": Start(place="operator", needs=(Need(of="code", kept_by="it is the program that runs"),)),
    "stack postgres": Start(
        place="operator",
        needs=(
            Need(of="code", kept_by="it is the program that runs"),
            Need(of="pgbouncer", kept_by="its provider connects before the first step"),
        ),
    ),
    "stack main": Start(
        place="operator",
        needs=(
            Need(of="code", kept_by="it is the program that runs"),
            Need(of="unsealed", kept_by=_UNSEALED),
            Need(of="gitea", kept_by="its provider asks before the first step"),
        ),
    ),
    "erp": Start(
        place="cluster",
        needs=(
            Need(of="unsealed", kept_by="its init container, without which the API refuses it"),
            Need(of="secrets_operator", kept_by="nothing in the cluster: it fails and is begun again until then"),
            Need(of="pgbouncer", kept_by="it connects again"),
            Need(of="longhorn", kept_by="the kubelet starts no pod before its volume is attached"),
        ),
    ),
}
