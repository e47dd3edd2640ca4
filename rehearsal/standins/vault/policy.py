"""`vault:index/policy:Policy`."""

from collections.abc import Mapping
from typing import ClassVar

from rehearsal.standins.plain import Properties
from rehearsal.standins.resource_kind import Property
from rehearsal.standins.vault.kept_object import KeptObject


class Policy(KeptObject):
    """What a token that has it may do.

    As the official one it takes a policy that was removed by hand for an empty one, which an update then fills.
    """

    token = "vault:index/policy:Policy"  # noqa: S105 - the name of a type
    named = True
    prefix = "sys/policies/acl/"
    place = "sys/policies/acl/{name}"
    properties: ClassVar[Mapping[str, Property]] = {
        "name": Property(type=str, required=True, replaces=True),
        "policy": Property(type=str, required=True),
    }

    def read(self, identity: str, state: Properties) -> tuple[str, Properties] | None:
        """Ask for the policy; there is always an answer."""
        return super().read(identity, state) or (identity, {"name": identity, "policy": ""})
