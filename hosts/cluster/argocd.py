"""Thing: ArgoCD, its Image Updater with what it looks after, and the application that holds all applications."""

from typing import Annotated

import pydantic

from hosts.cluster.coredns import Domain
from hosts.cluster.helm_chart import Chart, helm_chart
from hosts.cluster.kubernetes_object import Json, KubernetesObject, kubernetes_object
from hosts.cluster.namespace import namespace
from hosts.cluster.vault_first import vault_first
from hosts.layer import Given
from hosts.model import Model

NAMESPACE = "argocd"
Name = Annotated[str, pydantic.StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


class Argocd(Model):
    """What is followed."""

    chart: Chart
    """ArgoCD."""
    updater_chart: Chart
    """Its Image Updater."""
    domain: Domain
    """The lab's domain; the forge is `gitea` in it."""
    organisation: Name
    """Organisation on the forge whose repositories may be followed."""
    repository: Name
    """Repository with the application of applications."""
    path: Annotated[str, pydantic.StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$")] = "argocd"
    """Folder in it."""
    vault_first: tuple[Annotated[str, pydantic.StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")], ...] = ()
    """Namespaces whose workloads must wait for an unsealed Vault before they start."""


def render_argocd(argocd: Argocd, given: Given) -> list[KubernetesObject]:
    """Return both charts, the application that holds all others, and whose images are followed."""
    forge = f"gitea.{argocd.domain}"
    organisation = f"https://{forge}/{argocd.organisation}"
    values: Json = {
        # The ingress ends TLS.
        "configs": {
            "params": {"server.insecure": True},
            "tls": {"certificates": {forge: given["root_certificate"]}},
        },
        "global": {"domain": f"argocd.{argocd.domain}"},
    }
    project: Json = {
        "sourceRepos": [f"{organisation}/*"],
        "destinations": [{"server": "https://kubernetes.default.svc", "namespace": "*"}],
        "clusterResourceWhitelist": [{"group": "*", "kind": "*"}],
    }
    apps: Json = {
        "project": argocd.organisation,
        "source": {
            "repoURL": f"{organisation}/{argocd.repository}.git", "path": argocd.path, "targetRevision": "HEAD"
        },
        "destination": {"server": "https://kubernetes.default.svc", "namespace": NAMESPACE},
        "syncPolicy": {"automated": {"prune": True, "selfHeal": True}},
    }  # fmt: skip
    # Each application says of itself, on the forge, which of its images are followed and how.
    updater: Json = {"applicationRefs": [{"namePattern": "*", "useAnnotations": True}]}
    version = "argoproj.io/v1alpha1"
    return [
        namespace(NAMESPACE),
        helm_chart("argocd", chart=argocd.chart, namespace=NAMESPACE, values=values),
        helm_chart("argocd-image-updater", chart=argocd.updater_chart, namespace=NAMESPACE, values={}),
        # Before anything follows that might not wait.
        *vault_first(argocd.vault_first),
        kubernetes_object("AppProject", version=version, name=argocd.organisation, namespace=NAMESPACE, spec=project),
        kubernetes_object("Application", version=version, name="apps", namespace=NAMESPACE, spec=apps),
        kubernetes_object(
            "ImageUpdater", version="argocd-image-updater.argoproj.io/v1alpha1", name="applications",
            namespace=NAMESPACE, spec=updater,
        ),
    ]  # fmt: skip
