"""All resource types of ours at OVH."""

from collections.abc import Mapping

from provider.ovh.api import OvhApi
from provider.ovh.oauth2_client_kind import OAuth2ClientKind
from provider.resource_kind import ResourceKind


def ovh_kinds(api: OvhApi) -> Mapping[str, ResourceKind]:
    """Return each type by its token, all working with *api*."""
    return {"factory:ovh:OAuth2Client": OAuth2ClientKind(api)}
