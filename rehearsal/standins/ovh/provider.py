"""The stand-in for the package `ovh`."""

import urllib.parse

from pulumi.provider.experimental import provider as protocol

from provider.guard import refuse_production
from rehearsal.standins.ovh.ovh_session import OvhSession
from rehearsal.standins.ovh.policy import Policy
from rehearsal.standins.plain import to_plain
from rehearsal.standins.stand_in_provider import StandInProvider

KINDS = (Policy,)


class OvhProvider(StandInProvider):
    """Serves policies."""

    settings = ("endpoint",)

    def __init__(self) -> None:
        """Connect to nothing yet."""
        self._session = OvhSession()
        super().__init__("ovh", [kind(self._session) for kind in KINDS])

    async def configure(self, request: protocol.ConfigureRequest) -> protocol.ConfigureResponse:
        """Remember where the API is; an endpoint that is a name is one of OVH's own, which no stand-in works on."""
        endpoint = str(to_plain(request.args).get("endpoint", ""))
        place = urllib.parse.urlsplit(endpoint)
        if place.scheme not in {"http", "https"}:
            raise ValueError(
                f"the stand-in for ovh works on doubles: expected an address as its endpoint, found {endpoint}"
            )
        # No environment: a stand-in never works on production, whoever asks.
        refuse_production({"endpoint of the stand-in for ovh": endpoint}, {})
        self._session.aim(f"{place.scheme}://{place.netloc}")
        return await super().configure(request)
