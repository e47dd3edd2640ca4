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

CONFIGURATION = ("baseUrl",)
BOOKKEEPING = ("version", "pluginDownloadURL")
KINDS = (R2Bucket, R2ManagedDomain)
OFFICIAL_ADDRESS = "https://api.cloudflare.com/client/v4"


class CloudflareProvider(StandInProvider):
    """Serves buckets, the switch that makes one public, and the list of accounts."""

    def __init__(self) -> None:
        """Connect to nothing yet."""
        self._session = CloudflareSession()
        super().__init__("cloudflare", [kind(self._session) for kind in KINDS], [get_accounts(self._session)])

    async def check_config(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        """Refuse settings that the stand-in does not know; a token comes from the environment alone."""
        known = (*CONFIGURATION, *BOOKKEEPING)
        return protocol.CheckResponse(
            inputs=request.new_inputs,
            failures=[
                protocol.CheckFailure(name, f"the stand-in for cloudflare does not know the setting {name}")
                for name in request.new_inputs
                if name not in known
            ],
        )

    async def configure(self, request: protocol.ConfigureRequest) -> protocol.ConfigureResponse:
        """Remember where the API is."""
        address = str(to_plain(request.args).get("baseUrl") or OFFICIAL_ADDRESS)
        # No environment: a stand-in never works on production, whoever asks.
        refuse_production({"baseUrl of the stand-in for cloudflare": address}, {})
        self._session.aim(address, os.environ.get("CLOUDFLARE_API_TOKEN", ""))
        return await super().configure(request)
