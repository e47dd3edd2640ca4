"""What a plan may do in Vault: look, and nothing else."""

from components.ci_rights import ci_rights

LOOKING = frozenset({"list", "read"})
OWN_TOKEN = "auth/token/create"  # noqa: S105 - a path


def plan_rights() -> dict[str, tuple[str, ...]]:
    """Return what a preview of the stack `main` needs in Vault, path → capabilities.

    A plan works with a child of its own token, which may do no more than it.
    """
    looking = {path: tuple(each for each in able if each in LOOKING) for path, able in ci_rights().items()}
    return {**{path: able for path, able in looking.items() if able}, OWN_TOKEN: ("update",)}
