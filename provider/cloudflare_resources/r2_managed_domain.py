"""The switch that makes a bucket of R2 public, of the official package."""

import pulumi

from provider.cloudflare_resources.official_cloudflare import of_installed_version

TYPE = "cloudflare:index/r2ManagedDomain:R2ManagedDomain"


class R2ManagedDomain(pulumi.CustomResource):
    """Whether everybody may read a bucket below `r2.dev`. Deleting it leaves the switch as it is."""

    enabled: pulumi.Output[bool]
    """Whether everybody may."""

    def __init__(
        self,
        resource_name: str,
        *,
        account_id: pulumi.Input[str],
        bucket_name: pulumi.Input[str],
        enabled: pulumi.Input[bool],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare how the switch stands."""
        properties = {
            "accountId": account_id, "bucketName": bucket_name, "enabled": enabled, "jurisdiction": None,
            "bucketId": None, "domain": None,
        }  # fmt: skip
        super().__init__(TYPE, resource_name, properties, of_installed_version(opts))
