"""An SSH key of a user."""

import pulumi


class SshKey(pulumi.CustomResource):
    """A public SSH key by which a user reads and writes repositories. Import id: `user/title`."""

    username: pulumi.Output[str]
    """User."""
    title: pulumi.Output[str]
    """Its name among the user's keys."""
    key: pulumi.Output[str]
    """The public key without its comment."""
    fingerprint: pulumi.Output[str]
    """Its fingerprint."""

    def __init__(
        self,
        name: str,
        *,
        username: pulumi.Input[str],
        title: pulumi.Input[str],
        key: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the key of *username*."""
        properties = {"username": username, "title": title, "key": key, "fingerprint": None}
        super().__init__("factory:gitea:SshKey", name, properties, opts)
