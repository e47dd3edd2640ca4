"""The account by which the workflows of one repository say who they are."""

import dataclasses

import pulumi
import pulumi_random

from components.generation import Generation
from provider.gitea_resources.user import User

PASSWORD_LENGTH = 48


@dataclasses.dataclass(frozen=True, kw_only=True)
class WorkflowUserArgs:
    """The account."""

    username: str
    """Its name, as the tokens then have it."""
    email: str
    """Its address, unique on this Gitea."""
    generation: Generation
    """Which password it has; an account has one, so the one before is dead at once."""


class WorkflowUser(pulumi.ComponentResource):
    """A restricted account that is a member of nothing: it can say who it is, and do nothing else."""

    username: pulumi.Output[str]
    """Its name."""
    password: pulumi.Output[str]
    """Its password, secret."""

    def __init__(self, name: str, args: WorkflowUserArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the password, then the account."""
        super().__init__("factory:gitea:WorkflowUser", name, {"username": args.username}, opts)
        child = pulumi.ResourceOptions(parent=self)

        number = args.generation.current
        drawn = pulumi_random.RandomPassword(f"{name}-{number}", length=PASSWORD_LENGTH, special=False, opts=child)
        self.password = pulumi.Output.secret(drawn.result)
        self.username = User(
            name, username=args.username, email=args.email, password=self.password, opts=child
        ).username
        self.register_outputs({"username": self.username})
