"""Layer: what k3s's own Traefik is told, and the certificate that it shows by default."""

from hosts.cluster.manifest_layer import manifest_layer
from hosts.cluster.traefik import Traefik, render_traefik

LAYER = manifest_layer("traefik", settings=Traefik, render=render_traefik, needs=("k3s", "longhorn", "cert_manager"))
