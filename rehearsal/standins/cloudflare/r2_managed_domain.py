"""`cloudflare:index/r2ManagedDomain:R2ManagedDomain`."""

from collections.abc import Mapping
from typing import ClassVar

from rehearsal.standins.cloudflare.cloudflare_session import Answer, CloudflareSession
from rehearsal.standins.plain import Properties
from rehearsal.standins.resource_kind import Property, ResourceKind


class R2ManagedDomain(ResourceKind):
    """The switch that lets everybody read a bucket below `r2.dev`; to delete it leaves it as it is."""

    token = "cloudflare:index/r2ManagedDomain:R2ManagedDomain"  # noqa: S105 - the name of a type
    named = False
    properties: ClassVar[Mapping[str, Property]] = {
        "accountId": Property(type=str, required=True, replaces=True),
        "bucketId": Property(type=str, output=True),
        "bucketName": Property(type=str, required=True, replaces=True),
        "domain": Property(type=str, output=True),
        "enabled": Property(type=bool, required=True),
        "jurisdiction": Property(type=str, default="default", replaces=True),
    }

    def __init__(self, session: CloudflareSession) -> None:
        """Work over *session*."""
        self._session = session

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        """Set the switch."""
        state = self._set(inputs)
        return str(state["bucketId"]), state

    def read(self, identity: str, state: Properties) -> tuple[str, Properties] | None:
        """Ask how it stands; it goes with its bucket."""
        if not state:
            raise NotImplementedError(f"the official package imports no {self.token}, asked for {identity}")
        found = self._session.find(_path(state), headers=_headers(state))
        return None if found is None else (identity, _state(state, found))

    def update(self, identity: str, *, old: Properties, new: Properties) -> Properties:
        """Set the switch."""
        del identity, old
        return self._set(new)

    def delete(self, identity: str, state: Properties) -> None:
        """Do nothing, as the official one: there is always a switch."""

    def _set(self, wanted: Properties) -> Properties:
        body = {"enabled": wanted["enabled"]}
        return _state(wanted, self._session.send("PUT", _path(wanted), body, headers=_headers(wanted)))


def _state(known: Properties, told: Answer) -> Properties:
    named = {name: known[name] for name in ("accountId", "bucketName", "jurisdiction")}
    return {**named, "bucketId": told["bucketId"], "domain": told["domain"], "enabled": told["enabled"]}


def _path(known: Properties) -> str:
    return f"/accounts/{known['accountId']}/r2/buckets/{known['bucketName']}/domains/managed"


def _headers(known: Properties) -> Mapping[str, str]:
    return {"cf-r2-jurisdiction": str(known["jurisdiction"])}
