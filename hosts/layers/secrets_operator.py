"""Layer: the operator that brings Vault's secrets to applications."""

from hosts.cluster.manifest_layer import manifest_layer
from hosts.cluster.secrets_operator import SecretsOperator, render_secrets_operator
from hosts.layer import Value

LAYER = manifest_layer(
    "secrets_operator",
    settings=SecretsOperator,
    render=render_secrets_operator,
    needs=("k3s", "vault"),
    given={"root_certificate": Value(meaning="root of the lab, PEM", secret=False)},
    pins=("secrets-operator-chart",),
)
