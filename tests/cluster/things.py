"""Every thing of the cluster, with settings and values as a rehearsal has them."""

from collections.abc import Mapping

from hosts.cluster.argocd import Argocd, render_argocd
from hosts.cluster.cert_manager import CertManager, render_cert_manager
from hosts.cluster.coredns import Coredns, render_coredns
from hosts.cluster.crowdsec import Crowdsec, render_crowdsec
from hosts.cluster.helm_chart import Chart
from hosts.cluster.kubernetes_object import KubernetesObject
from hosts.cluster.longhorn import Longhorn, render_longhorn
from hosts.cluster.secrets_operator import SecretsOperator, render_secrets_operator
from hosts.cluster.traefik import Traefik, render_traefik
from hosts.cluster.vault import Vault, render_vault
from hosts.cluster.volume_backups import Tiers, VolumeBackups, render_volume_backups

DOMAIN = "lab.test"
CHART = Chart(repository="https://charts.test", name="demo", version="1.12.1")
GIVEN = {
    "root_certificate": "-----BEGIN CERTIFICATE-----",
    "provisioner": '{"kid": "the-key"}',
    "provisioner_password": "pass-of-the-provisioner",
    "bouncer_key": "key-of-the-bouncer",
}


def all_things() -> Mapping[str, list[KubernetesObject]]:
    """Return thing → its objects."""
    manager = CertManager(
        chart=CHART, issuer_chart=CHART, domain=DOMAIN, authority="https://ca.lab.test:8443", provisioner="cert-manager"
    )
    argocd = Argocd(
        chart=CHART, updater_chart=CHART, domain=DOMAIN, organisation="lab", repository="factory",
        vault_first=("erp", "erp-sandbox"),
    )  # fmt: skip
    backups = VolumeBackups(
        bucket="lab-backup", region="us-east1", endpoint="https://storage.test", key="kvv1/storage/lab-backup",
        tiers=Tiers(daily=3, weekly=0, monthly=12, yearly=10), snapshots=3,
    )  # fmt: skip
    return {
        "coredns": render_coredns(Coredns(domain=DOMAIN, resolver="10.0.0.2"), GIVEN),
        "cert_manager": render_cert_manager(manager, GIVEN),
        "longhorn": render_longhorn(Longhorn(chart=CHART, folder="/mnt/data/longhorn", replicas=2), GIVEN),
        "traefik": render_traefik(Traefik(email="a@lab.test", local=("10.0.0.0/24",), bouncer="v1.4.6"), GIVEN),
        "vault": render_vault(Vault(chart=CHART, version="1.21.0", domain=DOMAIN), GIVEN),
        "secrets_operator": render_secrets_operator(SecretsOperator(chart=CHART), GIVEN),
        "volume_backups": render_volume_backups(backups, GIVEN),
        "argocd": render_argocd(argocd, GIVEN),
        "crowdsec": render_crowdsec(Crowdsec(chart=CHART), GIVEN),
    }
