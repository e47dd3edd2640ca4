"""Thing: Vault, one server with storage that can be snapshotted."""

from typing import Annotated

import pydantic

from hosts.cluster.cert_manager import ISSUER
from hosts.cluster.coredns import Domain
from hosts.cluster.helm_chart import Chart, helm_chart
from hosts.cluster.kubernetes_object import Json, KubernetesObject, kubernetes_object
from hosts.cluster.longhorn import STORAGE_CLASS
from hosts.cluster.namespace import namespace
from hosts.layer import Given
from hosts.model import Model

NAMESPACE = "tools"
PORT = 8200
SERVICE = "vault"
CERTIFICATE = "vault-tls"
FOLDER = "/vault/userconfig"
SNAPSHOT_ACCOUNT = "vault-snapshot"
"""Service account that the backup logs in to Vault as; the cluster gives it no right."""


class Vault(Model):
    """The server."""

    chart: Chart
    """Vault's chart."""
    version: Annotated[str, pydantic.StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    """Version of Vault itself."""
    domain: Domain
    """The lab's domain; Vault is `vault` in it."""
    gibibytes: Annotated[int, pydantic.Field(gt=0)] = 10
    """Size of its volume."""


def render_configuration() -> str:
    """Return the server's configuration."""
    return f"""ui = true
listener "tcp" {{
  address         = "[::]:{PORT}"
  cluster_address = "[::]:8201"
  tls_cert_file   = "{FOLDER}/{CERTIFICATE}/tls.crt"
  tls_key_file    = "{FOLDER}/{CERTIFICATE}/tls.key"
}}
storage "raft" {{
  path    = "/vault/data"
  node_id = "vault-0"
}}
api_addr     = "https://{SERVICE}.{NAMESPACE}.svc:{PORT}"
cluster_addr = "https://{SERVICE}-0.{SERVICE}-internal.{NAMESPACE}.svc:8201"
"""


def render_vault(vault: Vault, given: Given) -> list[KubernetesObject]:
    """Return the chart, the server's certificate, and the way in."""
    del given
    name = f"vault.{vault.domain}"
    values: Json = {
        "global": {"tlsDisable": False},
        "injector": {"enabled": False},
        "server": {
            "image": {"tag": vault.version},
            "standalone": {"enabled": True, "config": render_configuration()},
            "dataStorage": {"enabled": True, "size": f"{vault.gibibytes}Gi", "storageClass": STORAGE_CLASS},
            "volumes": [{"name": CERTIFICATE, "secret": {"secretName": CERTIFICATE}}],
            "volumeMounts": [{"name": CERTIFICATE, "mountPath": f"{FOLDER}/{CERTIFICATE}", "readOnly": True}],
        },
    }
    certificate: Json = {
        "secretName": CERTIFICATE,
        "dnsNames": [name, f"{SERVICE}.{NAMESPACE}.svc", f"{SERVICE}-0.{SERVICE}-internal.{NAMESPACE}.svc"],
        "duration": "24h0m0s",
        "renewBefore": "8h0m0s",
        "issuerRef": {"group": "certmanager.step.sm", "kind": "StepClusterIssuer", "name": ISSUER},
    }
    route: Json = {
        "entryPoints": ["websecure"],
        "routes": [
            {
                "kind": "Rule",
                "match": f"Host(`{name}`)",
                "middlewares": [{"name": "localIp@file"}],
                "services": [{"name": SERVICE, "port": PORT, "scheme": "https", "serversTransport": "vault"}],
            }
        ],
        "tls": {},
    }
    return [
        namespace(NAMESPACE),
        kubernetes_object(
            "Certificate", version="cert-manager.io/v1", name="vault", namespace=NAMESPACE, spec=certificate
        ),
        helm_chart("vault", chart=vault.chart, namespace=NAMESPACE, values=values),
        kubernetes_object("ServiceAccount", version="v1", name=SNAPSHOT_ACCOUNT, namespace=NAMESPACE),
        kubernetes_object(
            "ServersTransport", version="traefik.io/v1alpha1", name="vault", namespace=NAMESPACE,
            # The Secret holds the authority's root as `ca.crt` besides the certificate.
            spec={"serverName": f"{SERVICE}.{NAMESPACE}.svc", "rootCAs": [{"secret": CERTIFICATE}]},
        ),
        kubernetes_object("IngressRoute", version="traefik.io/v1alpha1", name="vault", namespace=NAMESPACE, spec=route),
    ]  # fmt: skip
