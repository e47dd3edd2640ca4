"""`ovh:Iam/policy:Policy`."""

from collections.abc import Mapping
from typing import ClassVar

from rehearsal.standins.ovh.ovh_session import OvhSession
from rehearsal.standins.plain import Plain, Properties
from rehearsal.standins.resource_kind import Property, ResourceKind

POLICIES = "/v2/iam/policy"
RIGHTS = {"allows": "allow", "denies": "deny", "excepts": "except"}


class Policy(ResourceKind):
    """What identities may do with resources.

    As the official one it does not see that a list was emptied, a description taken away or a condition added, and
    fails on a policy that was removed by hand instead of calling it gone.
    """

    token = "ovh:Iam/policy:Policy"  # noqa: S105 - the name of a type
    named = False
    properties: ClassVar[Mapping[str, Property]] = {
        "allows": Property(type=list, unordered=True),
        "createdAt": Property(type=str, output=True),
        "denies": Property(type=list, unordered=True),
        "description": Property(type=str),
        "excepts": Property(type=list, unordered=True),
        "expiredAt": Property(type=str),
        "identities": Property(type=list, required=True, unordered=True),
        "name": Property(type=str, required=True),
        "owner": Property(type=str, output=True),
        "permissionsGroups": Property(type=list, unordered=True),
        "readOnly": Property(type=bool, output=True),
        "resources": Property(type=list, required=True, unordered=True),
        "updatedAt": Property(type=str, output=True),
    }

    def __init__(self, ovh: OvhSession) -> None:
        """Work over *ovh*."""
        self._ovh = ovh

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        """Make the policy; OVH refuses a second one of its name."""
        made = self._ovh.ask("POST", POLICIES, _sent(inputs))
        return str(made["id"]), _state(made, {})

    def read(self, identity: str, state: Properties) -> tuple[str, Properties] | None:
        """Ask for the policy."""
        return identity, _state(self._ovh.ask("GET", f"{POLICIES}/{identity}"), state)

    def update(self, identity: str, *, old: Properties, new: Properties) -> Properties:
        """Write the policy anew."""
        del old
        return _state(self._ovh.ask("PUT", f"{POLICIES}/{identity}", _sent(new)), {})

    def delete(self, identity: str, state: Properties) -> None:
        """Delete the policy."""
        del state
        self._ovh.ask("DELETE", f"{POLICIES}/{identity}")


def _sent(inputs: Properties) -> dict[str, Plain]:
    body: dict[str, Plain] = {
        "name": inputs["name"],
        "identities": inputs["identities"],
        "resources": _wrapped(inputs.get("resources"), "urn"),
        "permissions": {
            theirs: _wrapped(inputs[ours], "action") for ours, theirs in RIGHTS.items() if inputs.get(ours)
        },
        "permissionsGroups": _wrapped(inputs.get("permissionsGroups"), "urn"),
    }
    return {**body, **{name: inputs[name] for name in ("description", "expiredAt") if inputs.get(name)}}


def _state(shown: Properties, known: Properties) -> Properties:
    permissions = shown.get("permissions")
    rights = permissions if isinstance(permissions, dict) else {}
    told: Properties = {
        **{name: shown.get(name) for name in ("name", "identities", "owner", "createdAt", "updatedAt", "description")},
        **{name: shown.get(name) for name in ("expiredAt",)},
        **{ours: _bare(rights.get(theirs), "action") for ours, theirs in RIGHTS.items()},
        "permissionsGroups": _bare(shown.get("permissionsGroups"), "urn"),
        "readOnly": shown.get("readOnly") or None,
        "resources": _bare(shown.get("resources"), "urn"),
    }
    return {**known, **{name: value for name, value in told.items() if value not in (None, [], "")}}


def _wrapped(texts: Plain, name: str) -> Plain:
    return [{name: text} for text in texts] if isinstance(texts, list) else []


def _bare(objects: Plain, name: str) -> Plain:
    return [one[name] for one in objects if isinstance(one, dict)] if isinstance(objects, list) else []
