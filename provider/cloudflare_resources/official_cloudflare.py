"""The official provider of Cloudflare."""

import importlib.metadata

import pulumi


class OfficialCloudflare(pulumi.ProviderResource):
    """The official provider, working with the token in CLOUDFLARE_API_TOKEN.

    What is used of the package is declared here: to load the package's own classes takes longer than everything else
    that a run without changes does.
    """

    def __init__(self, name: str, *, base_url: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare it, on the API at *base_url*."""
        super().__init__("cloudflare", name, {"baseUrl": base_url}, of_installed_version(opts))


def of_installed_version(opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """Return *opts* with the version of the package, as the package's own classes say it."""
    version = pulumi.ResourceOptions(version=importlib.metadata.version("pulumi-cloudflare"))
    return pulumi.ResourceOptions.merge(opts or pulumi.ResourceOptions(), version)
