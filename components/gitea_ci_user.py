"""The account by which workflows read private modules."""

import dataclasses

import pulumi
import pulumi_random

from components.generation import Generation
from components.openssh_key import OpensshKey
from provider.gitea_resources.ssh_key import SshKey
from provider.gitea_resources.team import Team
from provider.gitea_resources.team_membership import TeamMembership
from provider.gitea_resources.user import User

SECRET_LENGTH = 64


@dataclasses.dataclass(frozen=True, kw_only=True)
class GiteaCiUserArgs:
    """The account and what it may read."""

    org: str
    """Organisation of the repositories."""
    user: str
    """Name of the account, and of its team."""
    email: str
    """Its address, unique on this Gitea."""
    repositories: list[str]
    """Repositories of the organisation that it may read."""
    key_title: str
    """Title of its SSH key; the number of the generation is put behind it."""
    generation: Generation
    """Which keys it has."""


class GiteaCiUser(pulumi.ComponentResource):
    """An account that reads the code of a few repositories by SSH, and nothing else.

    It is restricted, so it sees only what its team gives it, and nobody knows a password of it. Its keys are made from
    random passwords, not from random bytes: the official resource for those has its value as its id, in plain.
    """

    private_key: pulumi.Output[str]
    """Private key of the current generation as OpenSSH's file, secret."""
    public_key: pulumi.Output[str]
    """Public key of the current generation."""

    def __init__(self, name: str, args: GiteaCiUserArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the account, its team, then a key for each generation."""
        inputs = {"org": args.org, "user": args.user, "repositories": args.repositories}
        super().__init__("factory:gitea:GiteaCiUser", name, inputs, opts)
        child = pulumi.ResourceOptions(parent=self)

        user = User(name, username=args.user, email=args.email, opts=child)
        team = Team(
            name,
            organization=args.org,
            name=args.user,
            description="reads private modules",
            units={"repo.code": "read"},
            repositories=args.repositories,
            opts=child,
        )
        TeamMembership(name, organization=args.org, team=team.name, username=user.username, opts=child)
        secrets: dict[int, pulumi.Output[str]] = {}
        for number in args.generation.numbers:
            drawn = pulumi_random.RandomPassword(f"{name}-{number}", length=SECRET_LENGTH, special=False, opts=child)
            secrets[number] = pulumi.Output.secret(drawn.result)
            SshKey(
                f"{name}-{number}",
                username=user.username,
                title=f"{args.key_title}-{number}",
                key=_public(secrets[number]),
                opts=child,
            )

        current = secrets[args.generation.current]
        self.private_key = current.apply(lambda secret: OpensshKey.of(secret).private)
        self.public_key = _public(current)
        self.register_outputs({"private_key": self.private_key, "public_key": self.public_key})


def _public(secret: pulumi.Output[str]) -> pulumi.Output[str]:
    public: pulumi.Output[str] = pulumi.Output.unsecret(secret.apply(lambda text: OpensshKey.of(text).public))
    return public
