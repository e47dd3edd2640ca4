"""The tokens by which workflows say who they are."""

import dataclasses


@dataclasses.dataclass(frozen=True, kw_only=True)
class WorkflowTokens:
    """Who signs the tokens, what they are checked against, and where they name the repository."""

    issuer: str
    """Issuer, as the tokens name it."""
    audience: str
    """Audience that they are made for."""
    repository_claim: str = "repository"
    """Claim with the repository, written `organisation/name`, or with its own user."""
    repository_user: str | None = None
    """Where the tokens name no repository: its own user or team, as `ci-{name}` or `{org}:ci-{name}`."""
    user_claim: str = "sub"
    """Claim that names who logged in."""
    discovery_url: str | None = None
    """URL below which the issuer publishes its keys; either this or public keys."""
    discovery_ca: str | None = None
    """Authority that signed that server's certificate, as PEM text."""
    public_keys: list[str] | None = None
    """Keys of the issuer, as PEM texts."""

    def __post_init__(self) -> None:
        """Refuse what would let anybody in, or nobody."""
        if (self.discovery_url is None) == (self.public_keys is None):
            raise ValueError("expected either discovery_url or public_keys, found both or neither")
        if not (self.audience and self.repository_claim):
            raise ValueError("expected an audience and a repository_claim, for example audience: vault")
        if self.repository_user is not None and "{name}" not in self.repository_user:
            raise ValueError(
                "expected {name} in repository_user: one user for all would have every repository's rights"
            )

    def bound_to(self, repository: str) -> dict[str, str]:
        """Return the claims that only a token of *repository* has; a role without one would let every token in."""
        # A comma would be read as "one of several".
        if "/" not in repository or "," in repository:
            raise ValueError(f"expected a repository such as my-org/my-app, found {repository!r}")
        if self.repository_user is None:
            return {self.repository_claim: repository}
        org, _, name = repository.rpartition("/")
        return {self.repository_claim: self.repository_user.replace("{name}", name).replace("{org}", org)}

    def plans_bound_to(self, repository: str) -> dict[str, str]:
        """Return the claims of a workflow of *repository* that only plans: where tokens name users, another one.

        Its name has a dot, as no application's has.
        """
        return self.bound_to(repository if self.repository_user is None else f"{repository}.plan")
