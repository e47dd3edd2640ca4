"""All resource types of ours at Google."""

from collections.abc import Mapping

from provider.google.api import GoogleApi
from provider.google.hmac_key_kind import HmacKeyKind
from provider.resource_kind import ResourceKind


def google_kinds(api: GoogleApi) -> Mapping[str, ResourceKind]:
    """Return each type by its token, all working with *api*."""
    return {"factory:google:HmacKey": HmacKeyKind(api)}
