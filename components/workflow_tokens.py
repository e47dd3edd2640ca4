"""The tokens by which workflows say who they are."""

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Loading it takes a second, which verbs that only read settings need not wait for.
    import pulumi


@dataclasses.dataclass(frozen=True, kw_only=True)
class WorkflowTokens:
    """Who signs the tokens, what they are checked against, and where they name the repository."""

    issuer: str
    """Issuer, as the tokens name it."""
    audiences: Sequence["pulumi.Input[str]"]
    """Audiences that they are made for."""
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
        if not self.audiences or "" in self.audiences or not self.repository_claim:
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
        return {self.repository_claim: user_of(repository, self.repository_user) or repository}

    def plans_bound_to(self, repository: str) -> dict[str, str]:
        """Return the claims of a workflow of *repository* that only plans: where tokens name users, another one.

        Its name has a dot, as no application's has.
        """
        return self.bound_to(repository if self.repository_user is None else planning(repository))


def user_of(repository: str, pattern: str | None) -> str | None:
    """Return the user or team that *repository*, `organisation/name`, has by *pattern*, None without one."""
    org, _, name = repository.rpartition("/")
    return None if pattern is None else pattern.replace("{name}", name).replace("{org}", org)


def planning(repository: str) -> str:
    """Return what stands for the workflows of *repository* that only plan."""
    return f"{repository}.plan"
