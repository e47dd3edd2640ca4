"""A variable of Actions."""

import pulumi


class ActionsVariable(pulumi.CustomResource):
    """A variable of Actions, of an organisation or of one repository. Import id: `place/name`."""

    place: pulumi.Output[str]
    """Organisation, or `organisation/repository`."""
    name: pulumi.Output[str]
    """Name; GITEA_… and GITHUB_… are the server's own."""
    value: pulumi.Output[str]
    """Value."""
    description: pulumi.Output[str]
    """Text for people."""

    def __init__(  # noqa: PLR0913 - one argument for each input
        self,
        resource_name: str,
        *,
        place: pulumi.Input[str],
        name: pulumi.Input[str],
        value: pulumi.Input[str],
        description: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the variable."""
        properties = {"place": place, "name": name, "value": value, "description": description}
        super().__init__("factory:gitea:ActionsVariable", resource_name, properties, opts)
