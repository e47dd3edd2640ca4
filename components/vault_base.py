"""What every application finds in Vault before it comes."""

import dataclasses

import pulumi
import pulumi_vault

from components.application_instance import AUDIENCE
from components.ci_rights import ci_rights
from components.plan_rights import plan_rights
from components.vault_paths import DATABASE, JWT, KUBERNETES, KV1, KV2, TRANSIT, VaultPaths, below
from components.vault_policy import vault_policy
from components.workflow_tokens import WorkflowTokens

CI_ROLE = "gitea_cicd"
PLAN_ROLE = "gitea_cicd_plan"
TOKEN_SECONDS = 20 * 60
LONGEST_TOKEN_SECONDS = 60 * 60
READ = ("read",)
SNAPSHOT = "snapshot"
"""Role and policy of who backs Vault up."""
SNAPSHOT_ACCOUNT = "vault-snapshot"
SNAPSHOT_NAMESPACE = "tools"
SNAPSHOT_RIGHTS = {"sys/storage/raft/snapshot": READ}
SNAPSHOT_SECONDS = 10 * 60
VOLUMES = "volume-backups"
"""Role, policy and service account of who backs the cluster's volumes up."""
VOLUMES_NAMESPACE = "longhorn-system"
VOLUMES_SECONDS = 60 * 60


@dataclasses.dataclass(frozen=True, kw_only=True)
class VaultBaseArgs:
    """Whom Vault believes, and which policies several applications share."""

    tokens: WorkflowTokens
    """How workflows say who they are."""
    repository: str
    """Repository whose workflows run this stack."""
    kubernetes_host: str
    """URL of the cluster's API."""
    kubernetes_ca: str | None = None
    """Authority of the cluster's API, as PEM text; without it Vault takes the one of the cluster that it runs in."""
    operator_key: str = "secrets-operator"
    """Key by which the Secrets Operator encrypts what it remembers."""
    shared_policies: dict[str, list[str]] | None = None
    """Name of a policy → paths of KV 1 that it may read."""
    volume_keys: list[str] | None = None
    """Paths of the keys by which the cluster's volumes get to their bucket; without any, nobody may read one."""


class VaultBase(pulumi.ComponentResource):
    """The engines, the ways to log in, the roles of own workflows and of the backups, and the shared policies.

    The engines hold data, so they are protected, and kept when they are no longer declared.
    """

    paths: VaultPaths
    """Where the engines and logins are."""

    def __init__(self, name: str, args: VaultBaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the engines, then who may log in."""
        inputs = {"issuer": args.tokens.issuer, "repository": args.repository, "kubernetes_host": args.kubernetes_host}
        super().__init__("factory:vault:VaultBase", name, inputs, opts)
        child = pulumi.ResourceOptions(parent=self)
        data = pulumi.ResourceOptions(parent=self, protect=True, retain_on_delete=True)

        kv1 = pulumi_vault.Mount(KV1, path=KV1, type="kv", options={"version": "1"}, opts=data)
        kv2 = pulumi_vault.Mount(KV2, path=KV2, type="kv", options={"version": "2"}, opts=data)
        transit = pulumi_vault.Mount(TRANSIT, path=TRANSIT, type="transit", opts=data)
        pulumi_vault.transit.SecretBackendKey(
            args.operator_key, name=args.operator_key, backend=transit.path, opts=data
        )
        database = pulumi_vault.Mount(DATABASE, path=DATABASE, type="database", opts=data)

        kubernetes = pulumi_vault.AuthBackend(KUBERNETES, path=KUBERNETES, type="kubernetes", opts=child)
        pulumi_vault.kubernetes.AuthBackendConfig(
            KUBERNETES,
            backend=kubernetes.path,
            kubernetes_host=args.kubernetes_host,
            kubernetes_ca_cert=_stripped(args.kubernetes_ca),
            # Outside a pod there is no local one, and Vault refuses to be set up without being told.
            disable_local_ca_jwt=args.kubernetes_ca is not None,
            opts=child,
        )
        tokens, keys = args.tokens, args.tokens.public_keys
        jwt = pulumi_vault.jwt.AuthBackend(
            JWT,
            path=JWT,
            bound_issuer=tokens.issuer,
            jwt_validation_pubkeys=None if keys is None else [key.strip() for key in keys],
            oidc_discovery_url=tokens.discovery_url,
            oidc_discovery_ca_pem=_stripped(tokens.discovery_ca),
            opts=child,
        )
        own = {
            CI_ROLE: (ci_rights(), tokens.bound_to(args.repository)),
            PLAN_ROLE: (plan_rights(), tokens.plans_bound_to(args.repository)),
        }
        for role, (rights, claims) in own.items():
            policy = pulumi_vault.Policy(role, name=role, policy=vault_policy(rights), opts=child)
            pulumi_vault.jwt.AuthBackendRole(
                role,
                backend=jwt.path,
                role_name=role,
                role_type="jwt",
                user_claim=tokens.user_claim,
                bound_audiences=[*tokens.audiences],
                bound_claims=claims,
                bound_claims_type="string",
                token_policies=[policy.name],
                token_ttl=TOKEN_SECONDS,
                token_max_ttl=LONGEST_TOKEN_SECONDS,
                opts=child,
            )
        snapshot = pulumi_vault.Policy(SNAPSHOT, name=SNAPSHOT, policy=vault_policy(SNAPSHOT_RIGHTS), opts=child)
        pulumi_vault.kubernetes.AuthBackendRole(
            SNAPSHOT,
            backend=kubernetes.path,
            role_name=SNAPSHOT,
            bound_service_account_names=[SNAPSHOT_ACCOUNT],
            bound_service_account_namespaces=[SNAPSHOT_NAMESPACE],
            audience=AUDIENCE,
            token_policies=[snapshot.name],
            token_ttl=SNAPSHOT_SECONDS,
            opts=child,
        )
        if args.volume_keys:
            keys_of_volumes = pulumi_vault.Policy(VOLUMES, name=VOLUMES, policy=_reads(args.volume_keys), opts=child)
            pulumi_vault.kubernetes.AuthBackendRole(
                VOLUMES,
                backend=kubernetes.path,
                role_name=VOLUMES,
                bound_service_account_names=[VOLUMES],
                bound_service_account_namespaces=[VOLUMES_NAMESPACE],
                audience=AUDIENCE,
                token_policies=[keys_of_volumes.name],
                token_ttl=VOLUMES_SECONDS,
                opts=child,
            )
        for shared, paths in (args.shared_policies or {}).items():
            pulumi_vault.Policy(shared, name=shared, policy=_reads(paths), opts=child)

        self.paths = VaultPaths(
            kv1=kv1.path,
            kv2=kv2.path,
            database=database.path,
            kubernetes=kubernetes.path,
            jwt=jwt.path.apply(str),
        )
        self.register_outputs({})


def _reads(paths: list[str]) -> str:
    return vault_policy({f"{KV1}/{below(path, f'{KV1}/')}": READ for path in paths})


def _stripped(pem: str | None) -> str | None:
    # A newline at the end is a difference at every refresh, for ever.
    return None if pem is None else pem.strip()
