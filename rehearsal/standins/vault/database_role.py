"""`vault:database/secretBackendRole:SecretBackendRole`."""

from collections.abc import Mapping
from typing import ClassVar

from rehearsal.standins.resource_kind import Property
from rehearsal.standins.vault.kept_object import KeptObject


class DatabaseRole(KeptObject):
    """How short-lived users of a database are made and removed."""

    token = "vault:database/secretBackendRole:SecretBackendRole"  # noqa: S105 - the name of a type
    named = True
    place = "{backend}/roles/{name}"
    properties: ClassVar[Mapping[str, Property]] = {
        "backend": Property(type=str, required=True, replaces=True),
        "creationStatements": Property(type=list, required=True),
        "credentialType": Property(type=str, computed=True),
        "dbName": Property(type=str, required=True, replaces=True),
        "defaultTtl": Property(type=int, minimum=0),
        "maxTtl": Property(type=int, minimum=0),
        "name": Property(type=str, required=True, replaces=True),
        "renewStatements": Property(type=list),
        "revocationStatements": Property(type=list),
        "rollbackStatements": Property(type=list),
    }
