"""Workloads that the cluster takes only when they wait for an unsealed Vault before they start."""

from collections.abc import Sequence

from hosts.cluster.kubernetes_object import Json, KubernetesObject, kubernetes_object

VERSION = "admissionregistration.k8s.io/v1"
NAME = "vault-first"
WAITS = "wait-for-vault"
"""Name of the init container that waits."""
HEALTH = "/v1/sys/health"
"""What Vault answers with success only while it is initialised, unsealed and in charge."""
_WORDS = "((has(one.command) ? one.command : []) + (has(one.args) ? one.args : []))"
_ASKS = f"one.name == '{WAITS}' && {_WORDS}.exists(word, word.contains('{HEALTH}'))"
_POD = "object.spec.template.spec"
_WAITING = f"has({_POD}.initContainers) && {_POD}.initContainers.exists(one, {_ASKS})"
# One that was there before can still be held back, and its controller goes on with it.
_AS_IT_WAS = "oldObject != null && oldObject.spec.template == object.spec.template"


def vault_first(namespaces: Sequence[str]) -> list[KubernetesObject]:
    """Return the policy by which the API refuses a workload in *namespaces* that would start before Vault is unsealed.

    A pod that is there starts again by itself after a power cut, and nobody is asked then: so it must wait by itself.
    """
    if not namespaces:
        return []
    names: Json = [{"key": "kubernetes.io/metadata.name", "operator": "In", "values": [*namespaces]}]
    workloads: Json = {
        "apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"],
        "resources": ["deployments", "statefulsets"],
    }  # fmt: skip
    spec: Json = {
        "failurePolicy": "Fail",
        "matchConstraints": {
            "namespaceSelector": {"matchExpressions": names},
            "resourceRules": [workloads],
        },
        "validations": [
            {
                "expression": f"({_AS_IT_WAS}) || ({_WAITING})",
                "message": f"this must not start before Vault is unsealed: expected an init container {WAITS} that "
                f"asks {HEALTH}; docs/layers/argocd.md has one to copy",
                "reason": "Invalid",
            }
        ],
    }
    return [
        kubernetes_object("ValidatingAdmissionPolicy", version=VERSION, name=NAME, spec=spec),
        kubernetes_object(
            "ValidatingAdmissionPolicyBinding", version=VERSION, name=NAME,
            spec={"policyName": NAME, "validationActions": ["Deny"]},
        ),
    ]  # fmt: skip
