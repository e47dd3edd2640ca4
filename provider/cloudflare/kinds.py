"""All resource types of our own at Cloudflare."""

from collections.abc import Mapping

from provider.cloudflare.api import CloudflareApi
from provider.cloudflare.api_token_kind import ApiTokenKind
from provider.resource_kind import ResourceKind


def cloudflare_kinds(api: CloudflareApi) -> Mapping[str, ResourceKind]:
    """Return each type by its token, all working with *api*."""
    return {"factory:cloudflare:ApiToken": ApiTokenKind(api)}
