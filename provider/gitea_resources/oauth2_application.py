"""A client of Gitea's logins."""

from collections.abc import Sequence

import pulumi

from provider.gitea_resources.sealed import with_secrets


class OAuth2Application(pulumi.CustomResource):
    """A client that may ask Gitea who somebody is; it belongs to the user of the token.

    Gitea makes a new client secret at each change. A refresh tries the secret, so one that somebody renewed is seen.
    Import id: the name; the secret of an imported one is renewed by the next run.
    """

    name: pulumi.Output[str]
    """Name; the provider lets it exist once."""
    redirect_uris: pulumi.Output[Sequence[str]]
    """Where a login may lead to."""
    confidential_client: pulumi.Output[bool]
    """Whether the client keeps its secret."""
    skip_secondary_authorization: pulumi.Output[bool]
    """Whether a user is asked only once."""
    client_id: pulumi.Output[str]
    """Id of the client."""
    client_secret: pulumi.Output[str]
    """Secret of the client, secret."""
    client_secret_works: pulumi.Output[bool]
    """Whether Gitea takes it; always true after a run."""
    copies: pulumi.Output[int]
    """How many there are with this name; always one."""

    def __init__(  # noqa: PLR0913 - one argument for each input
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        redirect_uris: pulumi.Input[Sequence[str]],
        confidential_client: pulumi.Input[bool] | None = None,
        skip_secondary_authorization: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the client."""
        outputs = dict.fromkeys(("client_id", "client_secret", "client_secret_works", "copies"))
        properties = {
            "name": name, "redirect_uris": redirect_uris, "confidential_client": confidential_client,
            "skip_secondary_authorization": skip_secondary_authorization, **outputs,
        }  # fmt: skip
        super().__init__(
            "factory:gitea:OAuth2Application", resource_name, properties, with_secrets(opts, "client_secret")
        )
