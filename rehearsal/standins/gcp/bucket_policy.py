"""`gcp:storage/bucketIAMPolicy:BucketIAMPolicy`."""

import json
from collections.abc import Mapping
from typing import ClassVar

from rehearsal.standins.gcp.google_session import GoogleSession
from rehearsal.standins.plain import Plain, Properties
from rehearsal.standins.resource_kind import Property, ResourceKind

VERSION = "3"
"""What the official one always asks for: the version that knows conditions."""


class BucketPolicy(ResourceKind):
    """All that anybody may with a bucket; whatever else is there is taken away."""

    token = "gcp:storage/bucketIAMPolicy:BucketIAMPolicy"  # noqa: S105 - the name of a type
    named = False
    properties: ClassVar[Mapping[str, Property]] = {
        "bucket": Property(type=str, required=True, replaces=True),
        "etag": Property(type=str, output=True),
        "policyData": Property(type=str, required=True),
    }

    def __init__(self, google: GoogleSession) -> None:
        """Work over *google*."""
        self._google = google

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        """Set the policy, whatever was there."""
        name = str(inputs["bucket"]).removeprefix("b/")
        self._set(name, inputs["policyData"])
        return f"b/{name}", self._found(name, inputs)

    def read(self, identity: str, state: Properties) -> tuple[str, Properties] | None:
        """Ask for the policy; one that says the same as the recorded one is that one."""
        name = identity.removeprefix("b/")
        shown = self._google.of_storage("GET", f"b/{name}/iam", query={"optionsRequestedPolicyVersion": VERSION})
        if shown is None:
            return None
        data, recorded = _compact(shown), state.get("policyData")
        same = isinstance(recorded, str) and _meaning(recorded) == _meaning(data)
        return f"b/{name}", {
            "bucket": state.get("bucket", name), "etag": shown["etag"], "policyData": recorded if same else data,
        }  # fmt: skip

    def update(self, identity: str, *, old: Properties, new: Properties) -> Properties:
        """Set the policy anew."""
        del old
        name = identity.removeprefix("b/")
        self._set(name, new["policyData"])
        return self._found(name, new)

    def delete(self, identity: str, state: Properties) -> None:
        """Set an empty policy, as the official one does."""
        del state
        self._set(identity.removeprefix("b/"), "{}")

    def _set(self, name: str, data: Plain) -> None:
        wish = json.loads(str(data))
        body = {"bindings": wish.get("bindings", []), "version": int(VERSION)}
        if self._google.of_storage("PUT", f"b/{name}/iam", body=body) is None:
            raise LookupError(f"expected the bucket {name}, found none")

    def _found(self, name: str, known: Properties) -> Properties:
        found = self.read(f"b/{name}", known)
        if found is None:
            raise LookupError(f"expected the bucket {name} to be there after its policy was set, found nothing")
        return found[1]


def _compact(shown: Properties) -> str:
    return json.dumps({"bindings": shown.get("bindings", [])}, separators=(",", ":"))


def _meaning(data: str) -> frozenset[tuple[str, str, str]]:
    """Return role, condition and member of all bindings: their order means nothing."""
    return frozenset(
        (str(one["role"]), json.dumps(one.get("condition"), sort_keys=True), str(member))
        for one in json.loads(data).get("bindings", [])
        for member in one["members"]
    )
