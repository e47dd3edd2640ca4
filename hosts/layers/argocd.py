"""Layer: ArgoCD, its Image Updater, and the application that holds all applications."""

from hosts.cluster.argocd import Argocd, render_argocd
from hosts.cluster.manifest_layer import manifest_layer
from hosts.layer import Value

LAYER = manifest_layer(
    "argocd",
    settings=Argocd,
    render=render_argocd,
    needs=("k3s", "traefik"),
    given={"root_certificate": Value(meaning="root of the lab, PEM", secret=False)},
    pins=("argocd-chart", "image-updater-chart"),
)
