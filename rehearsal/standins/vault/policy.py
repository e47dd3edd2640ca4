"""`vault:index/policy:Policy`."""

from collections.abc import Mapping
from typing import ClassVar

from rehearsal.standins.resource_kind import Property
from rehearsal.standins.vault.kept_object import KeptObject


class Policy(KeptObject):
    """What a token that has it may do."""

    token = "vault:index/policy:Policy"  # noqa: S105 - the name of a type
    named = True
    prefix = "sys/policies/acl/"
    place = "sys/policies/acl/{name}"
    properties: ClassVar[Mapping[str, Property]] = {
        "name": Property(type=str, required=True, replaces=True),
        "policy": Property(type=str, required=True),
    }
