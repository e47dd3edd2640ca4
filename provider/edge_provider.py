"""The own provider, working on the systems around the machines."""

import dataclasses

import pulumi


@dataclasses.dataclass(frozen=True, kw_only=True)
class EdgeProviderArgs:
    """Forge, Vault and clouds; the credentials of those that are named are in the provider's own environment."""

    gitea_url: pulumi.Input[str] | None = None
    """Address of Gitea's first page, for example `https://gitea.example`; needs GITEA_TOKEN."""
    gitea_ca: pulumi.Input[str] | None = None
    """Certificates to trust, as PEM text; without it those of the system."""
    vault_url: pulumi.Input[str] | None = None
    """Address of Vault, for example `https://vault.example`; needs VAULT_TOKEN or TERRAFORM_VAULT_AUTH_JWT."""
    vault_ca: pulumi.Input[str] | None = None
    """Certificates to trust, as PEM text; without it those of the system."""
    vault_mount: pulumi.Input[str] | None = None
    """Where Vault takes the token of a workflow, for example `gitea_jwt`; used when VAULT_TOKEN is not set."""
    vault_role: pulumi.Input[str] | None = None
    """Role to log in with there, for example `gitea_cicd`."""
    cloudflare_api: pulumi.Input[str] | None = None
    """Cloudflare's API, `https://api.cloudflare.com/client/v4`; needs CLOUDFLARE_API_TOKEN."""
    google_api: pulumi.Input[str] | None = None
    """Google's storage API, `https://storage.googleapis.com`; needs GOOGLE_CREDENTIALS."""
    ovh_api: pulumi.Input[str] | None = None
    """OVH's API, `https://eu.api.ovh.com/1.0`; needs OVH_APPLICATION_KEY, OVH_APPLICATION_SECRET, OVH_CONSUMER_KEY."""


class EdgeProvider(pulumi.ProviderResource):
    """The own provider, working on the systems around the machines; it has the types of those that are named."""

    def __init__(self, name: str, args: EdgeProviderArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the systems."""
        super().__init__("factory", name, vars(args), opts)
