"""What an agent may do: see to nodes and pods, as a kubelet, and nothing that empties another node."""

import json

from rehearsal.k3s_program.tokens import NODES

NAME = "stand-in:node"


def rights() -> str:
    """Return the objects that say so."""
    group = "rbac.authorization.k8s.io"
    kind = {"apiVersion": f"{group}/v1"}
    rules = [
        _rule("", ["nodes"], ["get", "list", "watch", "create", "patch", "update"]),
        _rule("", ["nodes/status", "pods/status"], ["get", "patch", "update"]),
        _rule("", ["pods"], ["get", "list", "watch", "patch", "update", "delete"]),
        _rule("", ["events"], ["create", "patch"]),
        _rule("events.k8s.io", ["events"], ["create", "patch"]),
        _rule("coordination.k8s.io", ["leases"], ["get", "list", "watch", "create", "patch", "update"]),
    ]
    bound = {"apiGroup": group, "kind": "Group", "name": NODES}
    role = {**kind, "kind": "ClusterRole", "metadata": {"name": NAME}, "rules": rules}
    reference = {"apiGroup": group, "kind": "ClusterRole", "name": NAME}
    binding = {
        **kind, "kind": "ClusterRoleBinding", "metadata": {"name": NAME}, "roleRef": reference, "subjects": [bound],
    }  # fmt: skip
    return "\n---\n".join([json.dumps(role), json.dumps(binding)])


def _rule(group: str, resources: list[str], verbs: list[str]) -> dict[str, list[str]]:
    return {"apiGroups": [group], "resources": resources, "verbs": verbs}
