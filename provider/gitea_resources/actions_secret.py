"""A secret of Actions."""

import pulumi

from provider.gitea_resources.sealed import sealed, with_secrets


class ActionsSecret(pulumi.CustomResource):
    """A secret of Actions, of an organisation or of one repository.

    A refresh sees one that was deleted, or deleted and made again. It cannot see another value written over ours: Gitea
    tells neither a value nor when it was changed. For that, `digest` (a salted one, secret too) is what the step of
    `provider/gitea/digest_step.py` prints in a workflow while the value is ours. Import id: `place/name`.
    """

    place: pulumi.Output[str]
    """Organisation, or `organisation/repository`."""
    name: pulumi.Output[str]
    """Name; GITEA_… and GITHUB_… are the server's own."""
    value: pulumi.Output[str]
    """Value, secret."""
    description: pulumi.Output[str]
    """Text for people."""
    digest: pulumi.Output[str]
    """Salted digest of the value, secret."""
    created: pulumi.Output[str]
    """When the secret was made."""

    def __init__(  # noqa: PLR0913 - one argument for each input
        self,
        resource_name: str,
        *,
        place: pulumi.Input[str],
        name: pulumi.Input[str],
        value: pulumi.Output[str],
        description: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the secret; *value* becomes one."""
        properties = {
            "place": place, "name": name, "value": sealed(value), "description": description, "digest": None,
            "created": None,
        }  # fmt: skip
        super().__init__(
            "factory:gitea:ActionsSecret", resource_name, properties, with_secrets(opts, "value", "digest")
        )
