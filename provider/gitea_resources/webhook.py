"""A webhook."""

from collections.abc import Sequence

import pulumi

from provider.gitea_resources.sealed import sealed, with_secrets


class Webhook(pulumi.CustomResource):
    """A webhook of an organisation or one repository, one for each address.

    A refresh sees one that was deleted, or deleted and made again, and a second one for the same address. It cannot
    see another secret written over ours. Import id: `place/url`.
    """

    place: pulumi.Output[str]
    """Organisation, or `organisation/repository`."""
    url: pulumi.Output[str]
    """Where it sends to."""
    secret: pulumi.Output[str]
    """By which the receiver knows that it comes from here; secret."""
    type: pulumi.Output[str]
    """Form of the message: `gitea`, `gogs`, `discord`, `msteams` or `telegram`."""
    content_type: pulumi.Output[str]
    """`json` or `form`."""
    events: pulumi.Output[Sequence[str]]
    """What it tells of; `issues` and `pull_request` stand for themselves alone."""
    branch_filter: pulumi.Output[str]
    """Pattern of the branches that it tells of."""
    authorization_header: pulumi.Output[str]
    """Header `Authorization` of its messages; secret."""
    active: pulumi.Output[bool]
    """Whether it sends."""
    copies: pulumi.Output[int]
    """How many there are for this address; always one."""

    def __init__(  # noqa: PLR0913 - one argument for each input
        self,
        name: str,
        *,
        place: pulumi.Input[str],
        url: pulumi.Input[str],
        secret: pulumi.Output[str],
        type: pulumi.Input[str] | None = None,  # noqa: A002 - Gitea's own word
        content_type: pulumi.Input[str] | None = None,
        events: pulumi.Input[Sequence[str]] | None = None,
        branch_filter: pulumi.Input[str] | None = None,
        authorization_header: pulumi.Output[str] | None = None,
        active: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the webhook; *secret* and *authorization_header* become secrets."""
        outputs = dict.fromkeys(("copies", "digest", "created", "hook"))
        properties = {
            "place": place, "url": url, "secret": sealed(secret), "type": type, "content_type": content_type,
            "events": events, "branch_filter": branch_filter, "authorization_header": sealed(authorization_header),
            "active": active, **outputs,
        }  # fmt: skip
        secrets = with_secrets(opts, "secret", "authorization_header", "digest")
        super().__init__("factory:gitea:Webhook", name, properties, secrets)
