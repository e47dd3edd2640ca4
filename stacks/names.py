"""Names have one owner: find the ones that are too long, reserved or wanted twice."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping

from stacks.app import PRODUCTION, App

CREDENTIALS_EDITOR = "credentials_editor"
LONGEST_IDENTIFIER = 63
SHOWN_NAMES = 3

DATABASE = "database"
ROLE = "PostgreSQL role"
POLICY = "Vault policy"
JWT_ROLE = "Vault JWT role"
KUBERNETES_ROLE = "Vault Kubernetes role"
NAMESPACE = "Kubernetes namespace"
DNS_NAME = "DNS name"
USER = "Gitea user"

RESERVED: Mapping[tuple[str, str], str] = {
    (DATABASE, "postgres"): "PostgreSQL (its maintenance database)",
    (DATABASE, "template0"): "PostgreSQL (a template)",
    (DATABASE, "template1"): "PostgreSQL (a template)",
    (DATABASE, "pgbouncer"): "PgBouncer (its console)",
    (DATABASE, "gitea"): "the forge (its own database)",
    (ROLE, "public"): "PostgreSQL (everybody)",
    (ROLE, "none"): "PostgreSQL (nobody)",
    (ROLE, CREDENTIALS_EDITOR): "the stack (the role that mints credentials)",
    (POLICY, "default"): "Vault (every token has it)",
    (POLICY, "root"): "Vault (the root token)",
    (POLICY, "gitea_cicd"): "the stack (the policy of its own workflows)",
    (POLICY, "gitea_cicd_plan"): "the stack (the policy of its own plans)",
    (JWT_ROLE, "gitea_cicd_plan"): "the stack (the role of its own plans)",
    (POLICY, "snapshot"): "the stack (the policy of who backs Vault up)",
    (KUBERNETES_ROLE, "snapshot"): "the stack (the role of who backs Vault up)",
    (POLICY, "volume-backups"): "the stack (the policy of who backs volumes up)",
    (KUBERNETES_ROLE, "volume-backups"): "the stack (the role of who backs volumes up)",
    (NAMESPACE, "default"): "Kubernetes",
    (NAMESPACE, "tools"): "the lab (Vault runs there)",
    (NAMESPACE, "longhorn-system"): "the lab (Longhorn runs there)",
}
RESERVED_PREFIXES: Mapping[tuple[str, str], str] = {
    (ROLE, "pg_"): "PostgreSQL (its predefined roles)",
    (NAMESPACE, "kube-"): "Kubernetes",
}
RESERVED_HOSTS: Mapping[str, str] = {
    "ca": "the lab (its certificate authority)",
    "gitea": "the lab (its forge)",
    "vault": "the lab (its secret store)",
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Claim:
    """One name wanted in one system."""

    system: str
    """The system in which the name must be unique."""
    name: str
    """The name."""
    owner: str
    """Who wants it, as shown to the operator."""
    shared_by: str
    """Claims with the same value here may share the name."""


def role_claim(*, place: str, role: str) -> Claim:
    """Return the claim of a login role that a setting names."""
    return Claim(system=ROLE, name=role, owner=f"{place} ({role})", shared_by=place)


def app_claims(*, place: str, app: App) -> Iterator[Claim]:
    """Yield each name that *app*, declared at *place*, needs for itself."""
    environment = "" if app.environment == PRODUCTION else f", environment {app.environment}"
    owner = f"{place} ({app.name}{environment})"
    of_instance = {
        DATABASE: app.database,
        ROLE: app.owner_role,
        "Vault database role": app.vault_database_role,
        KUBERNETES_ROLE: app.vault_kubernetes_role,
        POLICY: app.runtime_policy,
        NAMESPACE: app.namespace,
        "ArgoCD application": app.argocd_application,
        DNS_NAME: app.dns_name,
        "Vault path": app.configuration_path,
    }
    for system, name in of_instance.items():
        yield Claim(system=system, name=name, owner=owner, shared_by=place)
    for system, name in {POLICY: app.ci_policy, JWT_ROLE: app.jwt_role}.items():
        yield Claim(system=system, name=name, owner=owner, shared_by=app.repository)


def name_faults(claims: Iterable[Claim], *, domain: str) -> list[str]:
    """Return one line for each name that cannot be given, naming both owners where two want it."""
    wanted = list(dict.fromkeys(claims))
    return [*_too_long(wanted), *_reserved(wanted, domain=domain), *_shared(wanted)]


def _too_long(claims: Iterable[Claim]) -> Iterator[str]:
    for claim in claims:
        size = len(claim.name.encode())
        if claim.system in {DATABASE, ROLE} and size > LONGEST_IDENTIFIER:
            yield (
                f'{claim.owner}: {claim.system} "{claim.name}" has {size} bytes, PostgreSQL would cut it. '
                f"Expected at most {LONGEST_IDENTIFIER}; choose a shorter name"
            )


def _reserved(claims: Iterable[Claim], *, domain: str) -> Iterator[str]:
    for claim in claims:
        holder = _holder(claim, domain=domain)
        if holder:
            yield (
                f'{claim.owner}: {claim.system} "{claim.name}" belongs to {holder}. '
                "Expected a name that nothing else has; rename it"
            )


def _holder(claim: Claim, *, domain: str) -> str | None:
    host = claim.name.removesuffix(f".{domain}")
    if claim.system == DNS_NAME and host in RESERVED_HOSTS:
        return RESERVED_HOSTS[host]
    by_prefix = (
        holder
        for (system, prefix), holder in RESERVED_PREFIXES.items()
        if system == claim.system and claim.name.startswith(prefix)
    )
    return RESERVED.get((claim.system, claim.name)) or next(by_prefix, None)


def _shared(claims: Iterable[Claim]) -> Iterator[str]:
    first_claims: dict[tuple[str, str], Claim] = {}
    pairs: dict[tuple[str, str], list[str]] = {}
    for claim in claims:
        first = first_claims.setdefault((claim.system, claim.name), claim)
        if first.shared_by != claim.shared_by:
            pairs.setdefault((claim.owner, first.owner), []).append(f'{claim.system} "{claim.name}"')
    for (later, earlier), names in pairs.items():
        if later == earlier:
            yield f"{later}: wants {names[0]} twice, for two purposes. Expected two different names; rename it"
        else:
            more = f" and {len(names) - SHOWN_NAMES} more names" if len(names) > SHOWN_NAMES else ""
            shown = ", ".join(names[:SHOWN_NAMES])
            yield f"{later}: would share {shown}{more} with {earlier}. Expected names of its own; rename one of the two"
