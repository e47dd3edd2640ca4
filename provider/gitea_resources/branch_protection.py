"""A rule for branches."""

from collections.abc import Mapping, Sequence

import pulumi


class BranchProtection(pulumi.CustomResource):
    """A rule for the branches of a repository whose names fit it; by default nobody pushes to them.

    Not watched: the order of the rules among each other. Import id: `organisation/repository/rule_name`.
    """

    repository: pulumi.Output[str]
    """`organisation/repository`."""
    rule_name: pulumi.Output[str]
    """Branch or pattern."""

    def __init__(
        self,
        name: str,
        *,
        repository: pulumi.Input[str],
        rule_name: pulumi.Input[str],
        rules: Mapping[str, pulumi.Input[bool | int | str | Sequence[str]]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the rule; *rules* is in the words of Gitea's API, and what it leaves out is forbidden or empty."""
        properties = {"repository": repository, "rule_name": rule_name, **rules}
        super().__init__("factory:gitea:BranchProtection", name, properties, opts)
