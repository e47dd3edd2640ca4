"""A team of an organisation."""

from collections.abc import Mapping, Sequence

import pulumi


class Team(pulumi.CustomResource):
    """A team of an organisation, with exactly these repositories. Import id: `organization/name`."""

    organization: pulumi.Output[str]
    """Organisation."""
    name: pulumi.Output[str]
    """Name."""
    description: pulumi.Output[str]
    """Text for people."""
    units: pulumi.Output[Mapping[str, str]]
    """Part of a repository → `read` or `write`, for example `repo.code`."""
    administers: pulumi.Output[bool]
    """Whether members administer the repositories; `units` is empty then."""
    can_create_repositories: pulumi.Output[bool]
    """Whether members may make repositories in the organisation."""
    all_repositories: pulumi.Output[bool]
    """Whether it has every repository of the organisation."""
    repositories: pulumi.Output[Sequence[str]]
    """Its repositories."""

    def __init__(  # noqa: PLR0913 - one argument for each input
        self,
        resource_name: str,
        *,
        organization: pulumi.Input[str],
        name: pulumi.Input[str],
        description: pulumi.Input[str] | None = None,
        units: pulumi.Input[Mapping[str, str]] | None = None,
        administers: pulumi.Input[bool] | None = None,
        can_create_repositories: pulumi.Input[bool] | None = None,
        all_repositories: pulumi.Input[bool] | None = None,
        repositories: pulumi.Input[Sequence[str]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the team."""
        properties = {
            "organization": organization, "name": name, "description": description, "units": units,
            "administers": administers, "can_create_repositories": can_create_repositories,
            "all_repositories": all_repositories, "repositories": repositories, "team": None,
        }  # fmt: skip
        super().__init__("factory:gitea:Team", resource_name, properties, opts)
