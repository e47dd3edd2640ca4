"""`gcp:storage/bucket:Bucket`."""

from collections.abc import Mapping
from typing import ClassVar

from rehearsal.standins.gcp.google_session import GoogleSession
from rehearsal.standins.gcp.lifecycle import from_google, to_google
from rehearsal.standins.plain import Plain, Properties
from rehearsal.standins.resource_kind import Property, ResourceKind


class Bucket(ResourceKind):
    """A bucket with its properties; what is not declared of the computed ones is left as Google chose it."""

    token = "gcp:storage/bucket:Bucket"  # noqa: S105 - the name of a type
    named = True
    properties: ClassVar[Mapping[str, Property]] = {
        "forceDestroy": Property(type=bool, default=False),
        "lifecycleRules": Property(type=list),
        "location": Property(type=str, required=True, replaces=True),
        "name": Property(type=str, computed=True, replaces=True),
        "project": Property(type=str, computed=True, replaces=True),
        "projectNumber": Property(type=int, output=True),
        "publicAccessPrevention": Property(type=str, computed=True),
        "retentionPolicy": Property(type=dict),
        "selfLink": Property(type=str, output=True),
        "softDeletePolicy": Property(type=dict, computed=True),
        "storageClass": Property(type=str, default="STANDARD"),
        "timeCreated": Property(type=str, output=True),
        "uniformBucketLevelAccess": Property(type=bool, computed=True),
        "updated": Property(type=str, output=True),
        "url": Property(type=str, output=True),
        "versioning": Property(type=dict, computed=True),
    }

    def __init__(self, google: GoogleSession) -> None:
        """Work over *google*."""
        self._google = google

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        """Make the bucket; Google refuses one that is there already, also when it was made by a lost request."""
        name, project = str(inputs["name"]), str(inputs.get("project") or self._google.target.project)
        body: Properties = {"name": name, "location": inputs["location"], **_sent(inputs)}
        self._google.of_storage("POST", "b", query={"project": project}, body=body)
        return name, self._found(name, {**inputs, "project": project})

    def read(self, identity: str, state: Properties) -> tuple[str, Properties] | None:
        """Ask for the bucket; an import id may begin with the project."""
        project, _, name = identity.rpartition("/")
        shown = self._google.of_storage("GET", f"b/{name}")
        if shown is None:
            return None
        project = str(state.get("project") or project or self._google.target.project)
        return name, {**_state(shown, state), "project": project, "url": f"gs://{name}"}

    def update(self, identity: str, *, old: Properties, new: Properties) -> Properties:
        """Change what differs."""
        del old
        body = _sent(new)
        # A null takes a policy away; a patch without rules would leave them.
        body.setdefault("retentionPolicy", None)
        body.setdefault("lifecycle", {"rule": []})
        self._google.of_storage("PATCH", f"b/{identity}", body=body)
        return self._found(identity, new)

    def delete(self, identity: str, state: Properties) -> None:
        """Delete the bucket, which must be empty: what is in it is never deleted here."""
        content = self._google.of_storage("GET", f"b/{identity}/o", query={"versions": "true"}) or {}
        if content.get("items") and not state.get("forceDestroy"):
            raise RuntimeError(f"Error trying to delete bucket {identity} without `force_destroy` set to true")
        self._google.of_storage("DELETE", f"b/{identity}")

    def _found(self, name: str, known: Properties) -> Properties:
        found = self.read(name, known)
        if found is None:
            raise LookupError(f"expected the bucket {name} to be there after it was written, found nothing")
        return found[1]


def _sent(inputs: Properties) -> Properties:
    body: Properties = {"storageClass": inputs.get("storageClass")}
    access: dict[str, Plain] = {"uniformBucketLevelAccess": {"enabled": bool(inputs.get("uniformBucketLevelAccess"))}}
    if inputs.get("publicAccessPrevention"):
        access["publicAccessPrevention"] = inputs["publicAccessPrevention"]
    body["iamConfiguration"] = access
    if inputs.get("versioning"):
        body["versioning"] = inputs["versioning"]
    if inputs.get("lifecycleRules"):
        body["lifecycle"] = {"rule": to_google(inputs["lifecycleRules"])}
    kept, window = inputs.get("retentionPolicy"), inputs.get("softDeletePolicy")
    if isinstance(kept, dict):
        body["retentionPolicy"] = {"retentionPeriod": str(kept["retentionPeriod"])}
    if isinstance(window, dict):
        body["softDeletePolicy"] = {"retentionDurationSeconds": str(window["retentionDurationSeconds"])}
    return body


def _state(shown: Properties, known: Properties) -> Properties:
    access, window, kept = (_part(shown, key) for key in ("iamConfiguration", "softDeletePolicy", "retentionPolicy"))
    uniform = access.get("uniformBucketLevelAccess")
    state: Properties = {
        "forceDestroy": known.get("forceDestroy", False),
        "location": str(shown["location"]),
        "name": shown["name"],
        "projectNumber": int(str(shown["projectNumber"])),
        "publicAccessPrevention": access.get("publicAccessPrevention"),
        "selfLink": shown["selfLink"],
        "storageClass": shown["storageClass"],
        "timeCreated": shown["timeCreated"],
        "uniformBucketLevelAccess": isinstance(uniform, dict) and bool(uniform.get("enabled")),
        "updated": shown.get("updated"),
    }
    if rules := _part(shown, "lifecycle").get("rule"):
        state["lifecycleRules"] = from_google(rules)
    if shown.get("versioning"):
        state["versioning"] = shown["versioning"]
    if kept:
        state["retentionPolicy"] = {"isLocked": bool(kept.get("isLocked")), "retentionPeriod": kept["retentionPeriod"]}
    if window:
        # The time from which it holds is Google's own, and no part of a comparison.
        state["softDeletePolicy"] = {"retentionDurationSeconds": int(str(window["retentionDurationSeconds"]))}
    return {name: value for name, value in state.items() if value is not None}


def _part(shown: Properties, name: str) -> Properties:
    part = shown.get(name)
    return part if isinstance(part, dict) else {}
