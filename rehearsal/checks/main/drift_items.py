"""Ways in which somebody changes the edge by hand, and which resource must show it."""

from collections.abc import Sequence

from rehearsal.checks.main.by_hand import (
    connected_again,
    connection,
    look_at_names,
    removed,
    unlimited,
    use_database,
    without,
    written,
)
from rehearsal.checks.main.edge_drift import EdgeDrift

POLICY = "vault:index/policy:Policy"
WORKFLOW = "vault:jwt/authBackendRole:AuthBackendRole"
POD = "vault:kubernetes/authBackendRole:AuthBackendRole"
CONNECTION = "vault:database/secretBackendConnection:SecretBackendConnection"
USERS = "vault:database/secretBackendRole:SecretBackendRole"
TOKENS = "vault:jwt/authBackend:AuthBackend"
CLUSTER = "vault:kubernetes/authBackendConfig:AuthBackendConfig"
MOUNT = "vault:index/mount:Mount"
KEY = "vault:transit/secretBackendKey:SecretBackendKey"
SECRET = "factory:vault:KvSecret"  # noqa: S105 - the name of a type

EVERYTHING = 'path "*" { capabilities = ["create", "delete", "list", "read", "sudo", "update"] }'

OF_APPLICATIONS: Sequence[EdgeDrift] = (
    EdgeDrift(
        name="a policy of workflows is widened", shown_by=POLICY, resource="{ops}", path=("policy",),
        change=written("sys/policies/acl/{ops}", {"policy": EVERYTHING}, over=False),
    ),
    EdgeDrift(
        name="a policy of pods is widened", shown_by=POLICY, resource="{app}", path=("policy",),
        change=written("sys/policies/acl/{app}", {"policy": EVERYTHING}, over=False),
    ),
    EdgeDrift(
        # The official resource takes a policy that is gone for an empty one.
        name="a policy is removed", shown_by=POLICY, resource="{app}", path=("policy",),
        change=removed("sys/policies/acl/{app}"),
    ),
    EdgeDrift(
        name="a workflow's role is bound to a second repository", shown_by=WORKFLOW, resource="{name}",
        path=("boundClaims",),
        change=written("auth/gitea_jwt/role/{role}", {"bound_claims": {"preferred_username": ["ci-canary", "ci-x"]}}),
    ),
    EdgeDrift(
        name="a workflow's role is bound to nothing", shown_by=WORKFLOW, resource="{name}", path=("boundClaims",),
        change=written("auth/gitea_jwt/role/{role}", {"bound_claims": {}}),
    ),
    EdgeDrift(
        name="a workflow's role compares by pattern", shown_by=WORKFLOW, resource="{name}", path=("boundClaimsType",),
        change=written("auth/gitea_jwt/role/{role}", {"bound_claims_type": "glob"}),
    ),
    EdgeDrift(
        name="a workflow's role gets another policy", shown_by=WORKFLOW, resource="{name}", path=("tokenPolicies",),
        change=written("auth/gitea_jwt/role/{role}", {"token_policies": ["gitea_cicd"]}),
    ),
    EdgeDrift(
        name="a workflow's role takes another audience", shown_by=WORKFLOW, resource="{name}",
        path=("boundAudiences",),
        change=written("auth/gitea_jwt/role/{role}", {"bound_audiences": ["vault", "other"]}),
    ),
    EdgeDrift(
        name="a workflow's token lives longer", shown_by=WORKFLOW, resource="{name}", path=("tokenMaxTtl",),
        change=written("auth/gitea_jwt/role/{role}", {"token_max_ttl": 1_000_000}),
    ),
    EdgeDrift(
        name="a workflow's role is removed", shown_by=WORKFLOW, resource="{name}",
        change=removed("auth/gitea_jwt/role/{role}"),
    ),
    EdgeDrift(
        name="a pod's role takes every namespace", shown_by=POD, resource="{app}",
        path=("boundServiceAccountNamespaces",),
        change=written("auth/kubernetes/role/{app}", {"bound_service_account_namespaces": ["*"]}),
    ),
    EdgeDrift(
        name="a pod's role takes every service account", shown_by=POD, resource="{app}",
        path=("boundServiceAccountNames",),
        change=written("auth/kubernetes/role/{app}", {"bound_service_account_names": ["*"]}),
    ),
    EdgeDrift(
        name="a pod's role gets another policy", shown_by=POD, resource="{app}", path=("tokenPolicies",),
        change=written("auth/kubernetes/role/{app}", {"token_policies": ["gitea_cicd"]}),
    ),
    EdgeDrift(
        name="a pod's role takes every audience", shown_by=POD, resource="{app}", path=("audience",),
        change=written("auth/kubernetes/role/{app}", {"audience": ""}),
    ),
    EdgeDrift(
        name="a pod's role is removed", shown_by=POD, resource="{app}", change=removed("auth/kubernetes/role/{app}"),
    ),
    EdgeDrift(
        name="database users are made otherwise", shown_by=USERS, resource="{app}", path=("creationStatements",),
        change=written("postgres/roles/{app}", {"creation_statements": ['CREATE ROLE "{{name}}" SUPERUSER']}),
    ),
    EdgeDrift(
        name="database users are never removed", shown_by=USERS, resource="{app}", path=("revocationStatements",),
        change=written("postgres/roles/{app}", {"revocation_statements": ["SELECT 1"]}),
    ),
    EdgeDrift(
        name="database users live longer", shown_by=USERS, resource="{app}", path=("maxTtl",),
        change=written("postgres/roles/{app}", {"max_ttl": 10_000_000}),
    ),
    EdgeDrift(
        name="how database users are made is removed", shown_by=USERS, resource="{app}",
        change=removed("postgres/roles/{app}"),
    ),
    EdgeDrift(
        name="a connection is open to every role", shown_by=CONNECTION, resource="{app}", path=("allowedRoles",),
        change=connection({"allowed_roles": ["*"]}),
    ),
    EdgeDrift(
        name="a connection logs in as somebody else", shown_by=CONNECTION, resource="{app}", path=("postgresql",),
        change=connection({"username": "postgres"}),
    ),
    EdgeDrift(
        name="a connection is removed", shown_by=CONNECTION, resource="{app}",
        change=removed("postgres/config/{app}"),
    ),
    EdgeDrift(
        name="a word of a configuration is changed", shown_by=SECRET, resource="{app}", path=("values",),
        change=written("kvv2/data/{app}/config", {"data": {"url": "https://elsewhere.test"}}, over=False),
    ),
    EdgeDrift(
        name="the newest version of a configuration is deleted", shown_by=SECRET, resource="{app}",
        change=removed("kvv2/data/{app}/config"),
    ),
    EdgeDrift(
        name="a configuration is removed", shown_by=SECRET, resource="{app}",
        change=removed("kvv2/metadata/{app}/config"),
    ),
)  # fmt: skip
"""Objects of one application: spread over the applications, so that one change does not hide another."""

UNWATCHED: Sequence[EdgeDrift] = (
    EdgeDrift(
        name="a connection leads to another server", shown_by=CONNECTION, resource="{app}",
        change=connection({"connection_url": "postgresql://{{username}}:{{password}}@127.0.0.1:9/x?sslmode=disable"}),
        instead="a database user that is made and used", by_use=use_database, says="to give a user, Vault says",
        undo=connected_again,
    ),
    EdgeDrift(
        name="a connection has another password", shown_by=CONNECTION, resource="{app}",
        change=connection({"password": "theirs"}),
        instead="a database user that is made and used", by_use=use_database, says="to give a user, Vault says",
        undo=connected_again,
    ),
    EdgeDrift(
        name="a policy that is not declared", shown_by=POLICY, resource="by-hand",
        change=written("sys/policies/acl/by-hand", {"policy": EVERYTHING}, over=False),
        instead="the list of all names in Vault", by_use=look_at_names, says="sys/policies/acl: missing",
        undo=without("sys/policies/acl/by-hand"),
    ),
    EdgeDrift(
        name="a role of pods that is not declared", shown_by=POD, resource="by-hand",
        change=written("auth/kubernetes/role/by-hand", {
            "bound_service_account_names": ["x"], "bound_service_account_namespaces": ["x"],
        }, over=False),
        instead="the list of all names in Vault", by_use=look_at_names, says="not of the design by-hand",
        undo=without("auth/kubernetes/role/by-hand"),
    ),
    EdgeDrift(
        name="the longest lifetime in an engine", shown_by=MOUNT, resource="kvv2",
        change=written("sys/mounts/kvv2/tune", {"max_lease_ttl": "1h"}, over=False),
        instead="nothing: a limit of the engine only shortens what roles give", undo=unlimited,
    ),
)  # fmt: skip
"""What no resource shows, and what sees it instead. A secret of Actions that is written over is one more of these."""

OF_THE_BASE: Sequence[EdgeDrift] = (
    EdgeDrift(
        name="the stack's own role is bound to another repository", shown_by=WORKFLOW, resource="gitea_cicd",
        path=("boundClaims",),
        change=written("auth/gitea_jwt/role/gitea_cicd", {"bound_claims": {"preferred_username": ["ci-factory", "x"]}}),
    ),
    EdgeDrift(
        name="the stack's own policy is widened", shown_by=POLICY, resource="gitea_cicd", path=("policy",),
        change=written("sys/policies/acl/gitea_cicd", {"policy": EVERYTHING}, over=False),
    ),
    EdgeDrift(
        name="any issuer of tokens is believed", shown_by=TOKENS, resource="gitea_jwt", path=("boundIssuer",),
        change=written("auth/gitea_jwt/config", {"bound_issuer": ""}),
    ),
    EdgeDrift(
        name="another cluster is asked", shown_by=CLUSTER, resource="kubernetes", path=("kubernetesHost",),
        change=written("auth/kubernetes/config", {"kubernetes_host": "https://elsewhere.test"}),
    ),
    EdgeDrift(
        name="the operator's key may be deleted", shown_by=KEY, resource="secrets-operator",
        path=("deletionAllowed",),
        change=written("transit/keys/secrets-operator/config", {"deletion_allowed": True}, over=False),
    ),
    EdgeDrift(
        name="an engine gets a description", shown_by=MOUNT, resource="kvv1", path=("description",),
        change=written("sys/mounts/kvv1/tune", {"description": "by hand"}, over=False),
    ),
)  # fmt: skip
"""Objects that there is one of."""
