"""Where things are in Vault."""

import dataclasses

import pulumi

KV1 = "kvv1"
KV2 = "kvv2"
TRANSIT = "transit"
DATABASE = "postgres"
KUBERNETES = "kubernetes"
JWT = "gitea_jwt"


@dataclasses.dataclass(frozen=True, kw_only=True)
class VaultPaths:
    """The engines and logins once they are there: who takes a path from here waits for it."""

    kv1: pulumi.Input[str]
    """Engine KV 1."""
    kv2: pulumi.Input[str]
    """Engine KV 2."""
    database: pulumi.Input[str]
    """Engine that makes short-lived database users."""
    kubernetes: pulumi.Input[str]
    """Login of service accounts."""
    jwt: pulumi.Input[str]
    """Login of workflows."""


def below(path: str, start: str) -> str:
    """Return the rest of *path* after *start*; a path that is not below it is an error."""
    rest = path.removeprefix(start)
    if rest == path or not rest:
        raise ValueError(f"expected a path below {start}, found {path}")
    return rest
