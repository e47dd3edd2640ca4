"""The login role that mints short-lived credentials."""

import dataclasses

import pulumi
import pulumi_random

from provider.resources import LoginRole

PASSWORD_LENGTH = 40


@dataclasses.dataclass(frozen=True, kw_only=True)
class CredentialsEditorArgs:
    """How the role is called."""

    name: pulumi.Input[str]
    """Name of the role."""


class CredentialsEditor(pulumi.ComponentResource):
    """A role that may log in and make roles, with a password nobody chose; it is no superuser."""

    name: pulumi.Output[str]
    """Name of the role."""
    password: pulumi.Output[str]
    """Its password, secret."""

    def __init__(self, name: str, args: CredentialsEditorArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the password, then the role."""
        super().__init__("factory:postgres:CredentialsEditor", name, vars(args), opts)
        password = pulumi_random.RandomPassword(
            name,
            length=PASSWORD_LENGTH,
            special=False,  # it is put into connection URLs
            opts=pulumi.ResourceOptions(parent=self),
        )
        # The official role takes all memberships with any update of itself, a new password included; ours leaves them.
        role = LoginRole(
            name,
            role=args.name,
            password=password.result,
            opts=pulumi.ResourceOptions(parent=self, protect=True, retain_on_delete=True),
        )

        self.name = role.name
        self.password = pulumi.Output.secret(password.result)
        self.register_outputs({"name": self.name, "password": self.password})
