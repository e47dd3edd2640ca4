"""Thing: the operator that brings Vault's secrets to applications."""

from hosts.cluster.helm_chart import Chart, helm_chart
from hosts.cluster.kubernetes_object import KubernetesObject
from hosts.cluster.kubernetes_object import kubernetes_object as made
from hosts.cluster.namespace import namespace
from hosts.cluster.secret import secret
from hosts.cluster.vault import NAMESPACE, PORT, SERVICE
from hosts.layer import Given
from hosts.model import Model

CONNECTION = "default"
ROOT = "lab-root"


class SecretsOperator(Model):
    """The operator."""

    chart: Chart
    """Its chart."""


def render_secrets_operator(operator: SecretsOperator, given: Given) -> list[KubernetesObject]:
    """Return the chart, and the connection that applications use."""
    connection = {"address": f"https://{SERVICE}.{NAMESPACE}.svc:{PORT}", "caCertSecretRef": ROOT}
    return [
        namespace(NAMESPACE),
        helm_chart("vault-secrets-operator", chart=operator.chart, namespace=NAMESPACE, values={}),
        secret(ROOT, namespace=NAMESPACE, values={"ca.crt": given["root_certificate"]}),
        made(
            "VaultConnection", version="secrets.hashicorp.com/v1beta1", name=CONNECTION, namespace=NAMESPACE,
            spec=connection,
        ),
    ]  # fmt: skip
