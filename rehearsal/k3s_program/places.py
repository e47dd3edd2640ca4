"""Where k3s keeps what it writes."""

from pathlib import Path

ETC = Path("/etc/rancher/k3s")
KUBECONFIG = ETC / "k3s.yaml"
DATA = Path("/var/lib/rancher/k3s")
SERVER = DATA / "server"
AGENT = DATA / "agent"
TLS = SERVER / "tls"
CRED = SERVER / "cred"
DATABASE = SERVER / "db"
MANIFESTS = SERVER / "manifests"
PORT = 6443
