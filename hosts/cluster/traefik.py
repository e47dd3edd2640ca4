"""Thing: what k3s's own Traefik is told, and the certificate that it shows by default."""

from typing import Annotated

import pydantic
import yaml

from hosts.cluster.cert_manager import INGRESS_NAMESPACE, WILDCARD
from hosts.cluster.kubernetes_object import Json, KubernetesObject, kubernetes_object
from hosts.cluster.longhorn import STORAGE_CLASS
from hosts.layer import Given
from hosts.model import Model

RESOLVER = "letsencrypt"
FOLDER = "/data"
BOUNCER = "crowdsec"
"""What Traefik calls the plugin that asks CrowdSec."""
BOUNCER_MODULE = "github.com/maxlerebourg/crowdsec-bouncer-traefik-plugin"
Range = Annotated[str, pydantic.StringConstraints(pattern=r"^\d{1,3}(\.\d{1,3}){3}/\d{1,2}$")]


class Traefik(Model):
    """Who is local, who asks for public certificates, and what asks CrowdSec."""

    email: Annotated[str, pydantic.StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$")]
    """Address that the public authority writes to."""
    local: Annotated[tuple[Range, ...], pydantic.Field(min_length=1)]
    """Networks that the middleware `localIp@file` lets pass."""
    bouncer: Annotated[str, pydantic.StringConstraints(pattern=r"^v\d+\.\d+\.\d+$")]
    """Version of the plugin that asks CrowdSec."""


def render_traefik(traefik: Traefik, given: Given) -> list[KubernetesObject]:
    """Return the values for the chart that k3s brings, and the default certificate."""
    del given
    local: Json = {"http": {"middlewares": {"localIp": {"ipAllowList": {"sourceRange": list(traefik.local)}}}}}
    acme: Json = {"email": traefik.email, "storage": f"{FOLDER}/acme.json", "tlsChallenge": True}
    values: Json = {
        "certificatesResolvers": {RESOLVER: {"acme": acme}},
        "persistence": {
            "enabled": True,
            "storageClass": STORAGE_CLASS,
            "accessMode": "ReadWriteOnce",
            "size": "128Mi",
            "path": FOLDER,
            # The public authority gives few certificates a week: they outlive the values that made their volume.
            "annotations": {"helm.sh/resource-policy": "keep"},
        },
        # The volume can be mounted by one pod at a time.
        "updateStrategy": {"type": "Recreate"},
        "podSecurityContext": {"fsGroup": 65532},
        # One that cannot be had keeps away the routes that name it, and nothing else.
        "experimental": {
            "abortOnPluginFailure": False,
            "plugins": {BOUNCER: {"moduleName": BOUNCER_MODULE, "version": traefik.bouncer}},
        },
        # CrowdSec reads who asked for what.
        "logs": {"access": {"enabled": True}},
        "ports": {"websecure": {"tls": {"enabled": True}}},
        "providers": {"file": {"enabled": True, "content": yaml.safe_dump(local)}},
        # Otherwise every client has the address of a node, and all are local.
        "service": {"spec": {"externalTrafficPolicy": "Local"}},
    }
    return [
        kubernetes_object(
            "HelmChartConfig", version="helm.cattle.io/v1", name="traefik", namespace="kube-system",
            spec={"failurePolicy": "abort", "valuesContent": yaml.safe_dump(values, sort_keys=True)},
        ),
        kubernetes_object(
            "TLSStore", version="traefik.io/v1alpha1", name="default", namespace=INGRESS_NAMESPACE,
            spec={"defaultCertificate": {"secretName": WILDCARD}},
        ),
    ]  # fmt: skip
