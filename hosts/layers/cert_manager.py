"""Layer: cert-manager, the issuer that asks the lab's authority, and the wildcard certificate."""

from hosts.cluster.cert_manager import CertManager, render_cert_manager
from hosts.cluster.manifest_layer import manifest_layer
from hosts.layer import Value

LAYER = manifest_layer(
    "cert_manager",
    settings=CertManager,
    render=render_cert_manager,
    needs=("k3s", "coredns"),
    given={
        "root_certificate": Value(meaning="root of the lab, PEM", secret=False),
        "provisioner": Value(meaning="public key of the JWK provisioner, JSON", secret=False),
        "provisioner_password": Value(meaning="what the provisioner's key is encrypted with", secret=True),
    },
    pins=("cert-manager-chart", "step-issuer-chart"),
)
