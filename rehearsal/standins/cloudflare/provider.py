"""The stand-in for the package `cloudflare`."""

import os

from pulumi.provider.experimental import provider as protocol

from provider.guard import refuse_production
from rehearsal.standins.cloudflare.cloudflare_session import CloudflareSession
from rehearsal.standins.cloudflare.get_accounts import get_accounts
from rehearsal.standins.cloudflare.r2_bucket import R2Bucket
from rehearsal.standins.cloudflare.r2_managed_domain import R2ManagedDomain
from rehearsal.standins.plain import to_plain
from rehearsal.standins.stand_in_provider import StandInProvider

KINDS = (R2Bucket, R2ManagedDomain)
OFFICIAL_ADDRESS = "https://api.cloudflare.com/client/v4"


class CloudflareProvider(StandInProvider):
    """Serves buckets, the switch that makes one public, and the list of accounts."""

    settings = ("baseUrl",)

    def __init__(self) -> None:
        """Connect to nothing yet."""
        self._session = CloudflareSession()
        super().__init__("cloudflare", [kind(self._session) for kind in KINDS], [get_accounts(self._session)])

    async def configure(self, request: protocol.ConfigureRequest) -> protocol.ConfigureResponse:
        """Remember where the API is."""
        address = str(to_plain(request.args).get("baseUrl") or OFFICIAL_ADDRESS)
        # No environment: a stand-in never works on production, whoever asks.
        refuse_production({"baseUrl of the stand-in for cloudflare": address}, {})
        self._session.aim(address, os.environ.get("CLOUDFLARE_API_TOKEN", ""))
        return await super().configure(request)
