"""One user in one team."""

import pulumi


class TeamMembership(pulumi.CustomResource):
    """One user in one team. Import id: `organization/team/username`."""

    organization: pulumi.Output[str]
    """Organisation."""
    team: pulumi.Output[str]
    """Team."""
    username: pulumi.Output[str]
    """User."""

    def __init__(
        self,
        name: str,
        *,
        organization: pulumi.Input[str],
        team: pulumi.Input[str],
        username: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare that *username* is in *team*."""
        properties = {"organization": organization, "team": team, "username": username}
        super().__init__("factory:gitea:TeamMembership", name, properties, opts)
