"""A bucket of R2, of the official package."""

import pulumi

from provider.cloudflare_resources.official_cloudflare import of_installed_version

TYPE = "cloudflare:index/r2Bucket:R2Bucket"


class R2Bucket(pulumi.CustomResource):
    """A bucket, without a jurisdiction. Import id: `ACCOUNT_ID/BUCKET/default`."""

    name: pulumi.Output[str]
    """Name."""

    def __init__(
        self,
        resource_name: str,
        *,
        account_id: pulumi.Input[str],
        name: pulumi.Input[str],
        location: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the bucket; *location* is a wish that counts the first time that a bucket of this name is made."""
        properties = {
            "accountId": account_id, "name": name, "location": location, "jurisdiction": None, "storageClass": None,
            "creationDate": None,
        }  # fmt: skip
        super().__init__(TYPE, resource_name, properties, of_installed_version(opts))
