"""What the types of resources on Gitea have in common."""

from provider.declared_kind import DeclaredKind
from provider.gitea.api import GiteaApi


class GiteaKind(DeclaredKind):
    """A type of resource on Gitea: an object with a name that is unique to us."""

    # Gitea's own names are case-insensitive, and a key may exist once: the new object could be the old one.
    delete_first = True
    server = "Gitea"
    taken = "users and teams that are there and have the rights for it, and values that Gitea knows"

    def __init__(self, api: GiteaApi) -> None:
        """Work with *api*."""
        self.api = api
