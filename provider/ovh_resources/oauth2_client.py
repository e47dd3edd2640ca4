"""A client of OVH's API that logs in by itself."""

from collections.abc import Sequence

import pulumi


class OAuth2Client(pulumi.CustomResource):
    """A client of OVH's API that logs in by itself; a policy says what it may do.

    OVH tells the secret once, so every other client of this name is removed. A refresh sees a client that is gone or
    has another name or description, and one beside it; a run puts that right. It cannot be imported.
    """

    name: pulumi.Output[str]
    """Name; the provider lets it exist once."""
    description: pulumi.Output[str]
    """What it is for."""
    client_id: pulumi.Output[str]
    """Id of the client."""
    client_secret: pulumi.Output[str]
    """Secret of the client, secret."""
    identity: pulumi.Output[str]
    """How policies name it."""
    flow: pulumi.Output[str]
    """How it logs in; always CLIENT_CREDENTIALS."""
    callback_urls: pulumi.Output[Sequence[str]]
    """Where a login may lead to; always empty."""
    copies: pulumi.Output[int]
    """How many there are with this name; always one after a run."""

    renamed: pulumi.Output[bool]
    """Whether somebody gave it another name; never after a run."""

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        description: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the client *name*."""
        outputs = dict.fromkeys(
            ("client_id", "client_secret", "identity", "flow", "callback_urls", "copies", "renamed")
        )
        secret = pulumi.ResourceOptions(additional_secret_outputs=["client_secret"])
        super().__init__(
            "factory:ovh:OAuth2Client",
            resource_name,
            {"name": name, "description": description, **outputs},
            pulumi.ResourceOptions.merge(opts or secret, secret),
        )
