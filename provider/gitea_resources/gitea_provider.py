"""The own provider, working on one Gitea."""

import dataclasses

import pulumi


@dataclasses.dataclass(frozen=True, kw_only=True)
class GiteaProviderArgs:
    """One Gitea, reached with a token that is in the provider's own GITEA_TOKEN."""

    gitea_url: pulumi.Input[str]
    """Address of its first page, for example `https://gitea.example`."""
    gitea_ca: pulumi.Input[str] | None = None
    """Certificates to trust, as PEM text; without it those of the system."""


class GiteaProvider(pulumi.ProviderResource):
    """The own provider, working on one Gitea."""

    def __init__(self, name: str, args: GiteaProviderArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the server."""
        super().__init__("factory", name, vars(args), opts)
