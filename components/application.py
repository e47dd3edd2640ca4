"""One application with all its environments, as Vault knows it."""

import dataclasses

import pulumi
import pulumi_vault

from components.application_instance import ApplicationInstance, ApplicationInstanceArgs
from components.vault_paths import KV2, VaultPaths
from components.vault_policy import vault_policy
from components.workflow_tokens import WorkflowTokens

TOKEN_SECONDS = 20 * 60
LONGEST_TOKEN_SECONDS = 60 * 60


@dataclasses.dataclass(frozen=True, kw_only=True)
class ApplicationArgs:
    """The names of the repository's side, and the instances."""

    ci_policy: str
    """Policy of the repository's workflows, for all environments."""
    jwt_role: str
    """Role of the login of the repository's workflows."""
    repository: str
    """Repository whose workflows get it."""
    tokens: WorkflowTokens
    """How workflows say who they are."""
    instances: dict[str, ApplicationInstanceArgs]
    """Name of the instance → what it needs."""
    paths: VaultPaths
    """Where Vault's engines and logins are."""
    more_policies: list[str] = dataclasses.field(default_factory=list)
    """Shared policies that the repository's workflows have as well."""


class Application(pulumi.ComponentResource):
    """What the workflows of one repository may do, and every instance of the application.

    A workflow may read its application's secrets and get a database user, in every environment; it writes nothing.
    """

    def __init__(self, name: str, args: ApplicationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the instances, then the policy over them, then who gets it."""
        super().__init__("factory:vault:Application", name, {"jwt_role": args.jwt_role}, opts)
        child = pulumi.ResourceOptions(parent=self)

        for instance, needs in args.instances.items():
            ApplicationInstance(instance, needs, child)
        policy = pulumi_vault.Policy(
            args.ci_policy, name=args.ci_policy, policy=vault_policy(_rights(args)), opts=child
        )
        pulumi_vault.jwt.AuthBackendRole(
            name,
            backend=args.paths.jwt,
            role_name=args.jwt_role,
            role_type="jwt",
            user_claim=args.tokens.user_claim,
            bound_audiences=[*args.tokens.audiences],
            bound_claims=args.tokens.bound_to(args.repository),
            bound_claims_type="string",
            token_policies=[policy.name, *args.more_policies],
            token_ttl=TOKEN_SECONDS,
            token_max_ttl=LONGEST_TOKEN_SECONDS,
            opts=child,
        )

        self.register_outputs({})


def _rights(args: ApplicationArgs) -> dict[str, tuple[str, ...]]:
    rights: dict[str, tuple[str, ...]] = {}
    for needs in args.instances.values():
        if needs.server is not None:
            rights[needs.database_role] = ("read",)
        rights[f"{KV2}/data/{needs.secrets}/*"] = ("read",)
        rights[f"{KV2}/metadata/{needs.secrets}/*"] = ("list", "read")
    return rights
