"""The pins: each foreign program and image in exactly one version.

`./factory pins update [NAME]` fills in what is None, from the publisher. Nothing here is typed from memory: a checksum
that could not be read where its publisher says it stays None, and production refuses to use the pin.
"""

from collections.abc import Iterable, Mapping

from hosts.pin import Chart, Download, Image, Pin, Program, SigningKey

_STEP_CA = "https://github.com/smallstep/certificates/releases/download/v{version}/"
_STEP_CLI = "https://github.com/smallstep/cli/releases/download/v{version}/"
_K3S = "https://github.com/k3s-io/k3s/releases/download/v{version}/"

# renovate: datasource=docker depName=hashicorp/vault
VAULT = "1.21.0"
"""Version of Vault that its chart is told to run."""
# renovate: datasource=github-releases depName=maxlerebourg/crowdsec-bouncer-traefik-plugin
BOUNCER = "v1.4.6"
"""Version of the plugin by which Traefik asks CrowdSec; Traefik fetches it from its own catalogue."""

PINS: Mapping[str, Pin] = {
    # renovate: datasource=github-releases depName=smallstep/certificates
    "step-ca": Program(
        version="0.30.2",
        files={
            "amd64": Download(
                url=_STEP_CA + "step-ca_linux_{version}_amd64.tar.gz",
                checksums=_STEP_CA + "checksums.txt",
                member="step-ca_{version}/bin/step-ca",
                sha256=None,
            ),
            "arm64": Download(
                url=_STEP_CA + "step-ca_linux_{version}_arm64.tar.gz",
                checksums=_STEP_CA + "checksums.txt",
                member="step-ca_{version}/bin/step-ca",
                sha256=None,
            ),
        },
    ),
    # renovate: datasource=github-releases depName=smallstep/cli
    "step-cli": Program(
        version="0.30.6",
        files={
            "amd64": Download(
                url=_STEP_CLI + "step_linux_{version}_amd64.tar.gz",
                checksums=_STEP_CLI + "checksums.txt",
                member="step_{version}/bin/step",
                sha256=None,
            ),
            "arm64": Download(
                url=_STEP_CLI + "step_linux_{version}_arm64.tar.gz",
                checksums=_STEP_CLI + "checksums.txt",
                member="step_{version}/bin/step",
                sha256=None,
            ),
        },
    ),
    # renovate: datasource=github-releases depName=k3s-io/k3s
    "k3s": Program(
        version="1.34.3+k3s1",
        files={
            "amd64": Download(
                url=_K3S + "k3s",
                checksums=_K3S + "sha256sum-amd64.txt",
                member=None,
                sha256=None,
            ),
            "arm64": Download(
                url=_K3S + "k3s-arm64",
                checksums=_K3S + "sha256sum-arm64.txt",
                member=None,
                sha256=None,
            ),
        },
    ),
    # renovate: datasource=docker depName=postgres
    "postgres": Image(
        name="docker.io/library/postgres",
        version="16.14-bookworm",
        digest=None,
    ),
    # renovate: datasource=docker depName=edoburu/pgbouncer
    "pgbouncer": Image(
        name="docker.io/edoburu/pgbouncer",
        version="v1.25.2-p0",
        digest=None,
    ),
    # renovate: datasource=docker depName=gitea/gitea
    "gitea": Image(
        name="docker.io/gitea/gitea",
        version="1.25.5-rootless",
        digest=None,
    ),
    # renovate: datasource=docker depName=pihole/pihole
    "pihole": Image(
        name="docker.io/pihole/pihole",
        version="2025.11.1",
        digest=None,
    ),
    # renovate: datasource=docker depName=gitea/act_runner
    "act_runner": Image(
        name="docker.io/gitea/act_runner",
        version="0.2.13",
        digest=None,
    ),
    # renovate: datasource=docker depName=node
    "job": Image(
        name="docker.io/library/node",
        version="22.21.1-bookworm",
        digest=None,
    ),
    # renovate: datasource=helm depName=cert-manager registryUrl=https://charts.jetstack.io
    "cert-manager-chart": Chart(
        repository="https://charts.jetstack.io",
        name="cert-manager",
        version="v1.21.2",
        sha256=None,
    ),
    # renovate: datasource=helm depName=step-issuer registryUrl=https://smallstep.github.io/helm-charts
    "step-issuer-chart": Chart(
        repository="https://smallstep.github.io/helm-charts",
        name="step-issuer",
        version="1.10.2",
        sha256=None,
    ),
    # renovate: datasource=helm depName=longhorn registryUrl=https://charts.longhorn.io
    "longhorn-chart": Chart(
        repository="https://charts.longhorn.io",
        name="longhorn",
        version="1.11.4",
        sha256=None,
    ),
    # renovate: datasource=helm depName=argo-cd registryUrl=https://argoproj.github.io/argo-helm
    "argocd-chart": Chart(
        repository="https://argoproj.github.io/argo-helm",
        name="argo-cd",
        version="10.1.1",
        sha256=None,
    ),
    # renovate: datasource=helm depName=argocd-image-updater registryUrl=https://argoproj.github.io/argo-helm
    "image-updater-chart": Chart(
        repository="https://argoproj.github.io/argo-helm",
        name="argocd-image-updater",
        version="1.2.4",
        sha256=None,
    ),
    # renovate: datasource=helm depName=vault registryUrl=https://helm.releases.hashicorp.com
    "vault-chart": Chart(
        repository="https://helm.releases.hashicorp.com",
        name="vault",
        version="0.34.1",
        sha256=None,
    ),
    # renovate: datasource=helm depName=vault-secrets-operator registryUrl=https://helm.releases.hashicorp.com
    "secrets-operator-chart": Chart(
        repository="https://helm.releases.hashicorp.com",
        name="vault-secrets-operator",
        version="1.4.1",
        sha256=None,
    ),
    # renovate: datasource=helm depName=crowdsec registryUrl=https://crowdsecurity.github.io/helm-charts
    "crowdsec-chart": Chart(
        repository="https://crowdsecurity.github.io/helm-charts",
        name="crowdsec",
        version="0.24.0",
        sha256=None,
    ),
    # Read in the documentation of its publisher: docs.docker.com, "Install Docker Engine on Debian".
    "docker-repository": SigningKey(
        url="https://download.docker.com/linux/debian/gpg",
        fingerprint="9DC858229FC7DD38854AE2D88D81803C0EBFCD88",
    ),
}


def open_pins(names: Iterable[str]) -> list[str]:
    """Return those of the named pins that production refuses, because something of them could not be read yet."""
    return [name for name in names if PINS[name].is_open]
