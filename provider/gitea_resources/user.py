"""A user of Gitea."""

import pulumi

from provider.gitea_resources.sealed import sealed, with_secrets


class User(pulumi.CustomResource):
    """A user who is no administrator, by default restricted: one who sees only what is shared with them.

    A refresh sees a declared password that somebody changed. Without one nobody knows a password, and the user has
    SSH keys or tokens. Not watched: what the user may do that Gitea's API does not tell (make organisations, Git
    hooks). Import id: the name. Deleting it fails while the user owns something.
    """

    username: pulumi.Output[str]
    """Name."""
    email: pulumi.Output[str]
    """Address, unique on this Gitea."""
    full_name: pulumi.Output[str]
    """Name to show."""
    visibility: pulumi.Output[str]
    """Who sees the user: `public`, `limited` or `private`."""
    restricted: pulumi.Output[bool]
    """Whether the user sees only what is shared with them."""
    password: pulumi.Output[str | None]
    """Password, secret."""
    active: pulumi.Output[bool]
    """Always true."""
    admin: pulumi.Output[bool]
    """Always false."""
    prohibit_login: pulumi.Output[bool]
    """Always false."""

    def __init__(  # noqa: PLR0913 - one argument for each input
        self,
        name: str,
        *,
        username: pulumi.Input[str],
        email: pulumi.Input[str],
        full_name: pulumi.Input[str] | None = None,
        visibility: pulumi.Input[str] | None = None,
        restricted: pulumi.Input[bool] | None = None,
        password: pulumi.Output[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the user; *password* becomes a secret."""
        properties = {
            "username": username, "email": email, "full_name": full_name, "visibility": visibility,
            "restricted": restricted, "password": sealed(password), "active": None, "admin": None,
            "prohibit_login": None, **dict.fromkeys(("account", "created")),
        }  # fmt: skip
        super().__init__("factory:gitea:User", name, properties, with_secrets(opts, "password"))
