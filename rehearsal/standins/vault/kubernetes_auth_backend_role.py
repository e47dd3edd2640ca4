"""`vault:kubernetes/authBackendRole:AuthBackendRole`."""

from collections.abc import Mapping
from typing import ClassVar

from rehearsal.standins.resource_kind import Property
from rehearsal.standins.vault.kept_object import KeptObject
from rehearsal.standins.vault.token_properties import TOKEN_PROPERTIES


class KubernetesAuthBackendRole(KeptObject):
    """Which service account may log in, and what it gets."""

    token = "vault:kubernetes/authBackendRole:AuthBackendRole"  # noqa: S105 - the name of a type
    place = "auth/{backend}/role/{roleName}"
    properties: ClassVar[Mapping[str, Property]] = {
        "aliasNameSource": Property(type=str, computed=True),
        "audience": Property(type=str),
        "backend": Property(type=str, default="kubernetes", replaces=True),
        "boundServiceAccountNames": Property(type=list, required=True, unordered=True),
        "boundServiceAccountNamespaces": Property(type=list, unordered=True),
        "roleName": Property(type=str, required=True, replaces=True),
        **TOKEN_PROPERTIES,
    }
