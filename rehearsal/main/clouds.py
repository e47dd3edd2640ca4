"""The doubles of the clouds, with what production finds there before the stack `main` comes."""

import contextlib
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from rehearsal.doubles.cloudflare.cloudflare_double import CloudflareDouble
from rehearsal.doubles.google.google_double import GoogleDouble
from rehearsal.doubles.ovh.ovh_double import OvhDouble
from stacks.main_settings import MainSettings

ACCOUNT = "the lab"


class Clouds:
    """One double for each cloud, for as long as the `with` lasts; all of them know the domains of the settings."""

    def __init__(self, settings: MainSettings) -> None:
        """Describe the doubles that *settings* need; those which they do not name are empty."""
        cloudflare, ovh, google = settings.cloudflare, settings.ovh, settings.google
        zones = sorted({zone for token in cloudflare.tokens for zone in token.zones}) if cloudflare else []
        self.cloudflare = CloudflareDouble({cloudflare.account or ACCOUNT if cloudflare else ACCOUNT: zones})
        self.ovh = OvhDouble(domains=tuple(sorted({client.zone for client in ovh.clients})) if ovh else ())
        self.google = GoogleDouble(project=google.project if google else ACCOUNT)
        self._running = contextlib.ExitStack()

    def __enter__(self) -> Self:
        """Start them."""
        for double in (self.cloudflare, self.ovh, self.google):
            self._running.enter_context(double)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop them; what they held is gone."""
        self._running.close()

    @property
    def settings(self) -> Mapping[str, Mapping[str, str]]:
        """Cloud → the settings of its addresses here."""
        return {
            "cloudflare": {"api": self.cloudflare.address},
            "ovh": {"api": self.ovh.address, "endpoint": self.ovh.address},
            "google": {
                "api": self.google.origin,
                "storage_api": self.google.storage_address,
                "account_api": self.google.account_address,
            },
        }

    @property
    def environment(self) -> Mapping[str, str]:
        """Return the credentials, as the environment holds them."""
        return {
            "CLOUDFLARE_API_TOKEN": self.cloudflare.first_token.value,
            **self.ovh.environment,
            **self.google.environment,
        }
