"""The stand-in for the package `gcp`."""

from pulumi.provider.experimental import provider as protocol

from provider.guard import refuse_production
from rehearsal.standins.gcp.account import Account
from rehearsal.standins.gcp.bucket import Bucket
from rehearsal.standins.gcp.bucket_policy import BucketPolicy
from rehearsal.standins.gcp.google_session import GoogleSession, Target
from rehearsal.standins.plain import to_plain
from rehearsal.standins.stand_in_provider import StandInProvider

KINDS = (Account, Bucket, BucketPolicy)


class GoogleProvider(StandInProvider):
    """Serves service accounts, buckets and what anybody may with them."""

    settings = ("iamCustomEndpoint", "project", "storageCustomEndpoint")

    def __init__(self) -> None:
        """Connect to nothing yet."""
        self._session = GoogleSession()
        super().__init__("gcp", [kind(self._session) for kind in KINDS])

    async def configure(self, request: protocol.ConfigureRequest) -> protocol.ConfigureResponse:
        """Remember where the APIs are; without an address they would be Google's own, which no stand-in works on."""
        given = to_plain(request.args)
        target = Target(
            storage=_slashed(given.get("storageCustomEndpoint") or "https://storage.googleapis.com/storage/v1/"),
            accounts=_slashed(given.get("iamCustomEndpoint") or "https://iam.googleapis.com/v1/"),
            project=str(given.get("project", "")),
        )
        # No environment: a stand-in never works on production, whoever asks.
        addresses = {"storageCustomEndpoint": target.storage, "iamCustomEndpoint": target.accounts}
        refuse_production({f"{name} of the stand-in for gcp": url for name, url in addresses.items()}, {})
        self._session.aim(target)
        return await super().configure(request)


def _slashed(address: object) -> str:
    return f"{str(address).rstrip('/')}/"
