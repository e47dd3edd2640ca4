"""`cloudflare:index/r2Bucket:R2Bucket`."""

from collections.abc import Mapping
from typing import ClassVar

from rehearsal.standins.cloudflare.cloudflare_session import Answer, CloudflareSession
from rehearsal.standins.plain import Properties
from rehearsal.standins.resource_kind import Property, ResourceKind

DEFAULT = "default"


class R2Bucket(ResourceKind):
    """A bucket. A name that is taken is an error, also when an answer that was lost has taken it."""

    token = "cloudflare:index/r2Bucket:R2Bucket"  # noqa: S105 - the name of a type
    properties: ClassVar[Mapping[str, Property]] = {
        "accountId": Property(type=str, required=True, replaces=True),
        "creationDate": Property(type=str, output=True),
        "jurisdiction": Property(type=str, default=DEFAULT, replaces=True),
        "location": Property(type=str, computed=True, replaces=True),
        "name": Property(type=str, required=True, replaces=True),
        "storageClass": Property(type=str, default="Standard"),
    }

    def __init__(self, session: CloudflareSession) -> None:
        """Work over *session*."""
        self._session = session

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        """Make the bucket."""
        hint = {"locationHint": str(inputs["location"]).lower()} if inputs.get("location") else {}
        body = {"name": inputs["name"], "storageClass": inputs["storageClass"], **hint}
        made = self._session.send("POST", _buckets(inputs), body, headers=_headers(inputs))
        return str(inputs["name"]), _state(inputs, made)

    def read(self, identity: str, state: Properties) -> tuple[str, Properties] | None:
        """Ask for the bucket; an import names account, bucket and jurisdiction."""
        known = state or _imported(identity)
        found = self._session.find(_bucket(known), headers=_headers(known))
        return None if found is None else (str(known["name"]), _state(known, found))

    def update(self, identity: str, *, old: Properties, new: Properties) -> Properties:
        """Change the class of new objects."""
        del identity, old
        headers = {**_headers(new), "cf-r2-storage-class": str(new["storageClass"])}
        return _state(new, self._session.send("PATCH", _bucket(new), headers=headers))

    def delete(self, identity: str, state: Properties) -> None:
        """Remove the bucket, which must be empty."""
        del identity
        self._session.delete(_bucket(state), headers=_headers(state))


def _state(known: Properties, told: Answer) -> Properties:
    location = str(told["location"])
    declared = str(known.get("location") or "")
    return {
        "accountId": known["accountId"], "creationDate": told["creation_date"], "name": told["name"],
        "jurisdiction": told["jurisdiction"], "storageClass": told["storage_class"],
        # Declared in small letters and answered in capitals: no difference.
        "location": declared if declared.upper() == location else location,
    }  # fmt: skip


def _imported(identity: str) -> Properties:
    account, name, jurisdiction = [*identity.split("/"), DEFAULT][:3]
    return {"accountId": account, "name": name, "jurisdiction": jurisdiction}


def _headers(known: Properties) -> Mapping[str, str]:
    return {"cf-r2-jurisdiction": str(known.get("jurisdiction") or DEFAULT)}


def _buckets(known: Properties) -> str:
    return f"/accounts/{known['accountId']}/r2/buckets"


def _bucket(known: Properties) -> str:
    return f"{_buckets(known)}/{known['name']}"
