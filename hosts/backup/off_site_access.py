"""How a host's repository off site is reached."""

import dataclasses
from collections.abc import Mapping

_REST = "rest:https://"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Access:
    """What restic is told; all of it is secret."""

    repository: str = dataclasses.field(repr=False)
    """Its address."""
    environment: Mapping[str, str] = dataclasses.field(repr=False)
    """What stands in the environment besides."""


def off_site_access(place: str, *, host: str, key: str, secret: str) -> Access:
    """Return the way to the repository of *host* in the bucket, or on the server, at *place*."""
    if place.startswith(_REST):
        return Access(repository=f"{_REST}{key}:{secret}@{place.removeprefix(_REST)}/{host}/", environment={})
    return Access(repository=f"{place}/{host}", environment={"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret})
