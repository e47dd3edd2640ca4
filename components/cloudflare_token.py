"""An API token of Cloudflare for the workflows of an application."""

import dataclasses

import pulumi

from components.generation import Generation
from provider.cloudflare_resources.api_token import ApiToken


@dataclasses.dataclass(frozen=True, kw_only=True)
class CloudflareTokenArgs:
    """What the token may do, by names."""

    account_id: pulumi.Input[str]
    """Account that it belongs to."""
    token_name: str
    """Name at Cloudflare, to which the number of the generation is added: project and purpose, nobody else's."""
    account_permissions: list[str]
    """Names of permissions on the account."""
    zone_permissions: list[str]
    """Names of permissions on each of the zones."""
    zones: list[str]
    """Names of the zones."""
    generation: Generation = dataclasses.field(default_factory=Generation)
    """Which of its generations live."""


class CloudflareToken(pulumi.ComponentResource):
    """A token with exactly the rights that are declared by name, one for each generation that lives.

    The order of the names means nothing. A name that is unknown or stands for two things is refused, with those that
    are near.
    """

    value: pulumi.Output[str]
    """The token of the current generation, secret."""
    account_id: pulumi.Output[str]
    """Account that it belongs to."""

    def __init__(self, name: str, args: CloudflareTokenArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare a token for each generation."""
        super().__init__("factory:cloudflare:Token", name, {"account_id": args.account_id}, opts)
        tokens = {
            number: ApiToken(
                f"{name}-{number}",
                account_id=args.account_id,
                name=f"{args.token_name}-{number}",
                account_permissions=args.account_permissions,
                zone_permissions=args.zone_permissions,
                zones=args.zones,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for number in args.generation.numbers
        }

        self.value = pulumi.Output.secret(tokens[args.generation.current].value)
        self.account_id = pulumi.Output.from_input(args.account_id)
        self.register_outputs({"value": self.value, "account_id": self.account_id})
