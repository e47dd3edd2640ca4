"""`vault:jwt/authBackendRole:AuthBackendRole`."""

from collections.abc import Mapping
from typing import ClassVar

from rehearsal.standins.plain import Plain
from rehearsal.standins.resource_kind import Property
from rehearsal.standins.vault.kept_object import KeptObject
from rehearsal.standins.vault.token_properties import TOKEN_PROPERTIES


class JwtAuthBackendRole(KeptObject):
    """Who may log in with a signed token, and what he gets."""

    token = "vault:jwt/authBackendRole:AuthBackendRole"  # noqa: S105 - the name of a type
    place = "auth/{backend}/role/{roleName}"
    properties: ClassVar[Mapping[str, Property]] = {
        "allowedRedirectUris": Property(type=list, unordered=True),
        "backend": Property(type=str, default="jwt", replaces=True),
        "boundAudiences": Property(type=list, unordered=True),
        "boundClaims": Property(type=dict),
        "boundClaimsType": Property(type=str, computed=True),
        "boundSubject": Property(type=str),
        "claimMappings": Property(type=dict),
        "clockSkewLeeway": Property(type=int, default=0),
        "expirationLeeway": Property(type=int, default=0),
        "groupsClaim": Property(type=str),
        "notBeforeLeeway": Property(type=int, default=0),
        "roleName": Property(type=str, required=True, replaces=True),
        "roleType": Property(type=str, computed=True, replaces=True),
        "userClaim": Property(type=str, required=True),
        "userClaimJsonPointer": Property(type=bool, default=False),
        **TOKEN_PROPERTIES,
    }

    def to_vault(self, name: str, value: Plain) -> Plain:
        """Cut the values of claims at commas, as the official one does."""
        if name != "boundClaims" or not isinstance(value, dict):
            return value
        return {claim: [part.strip() for part in str(wanted).split(",")] for claim, wanted in value.items()}

    def from_vault(self, name: str, value: Plain, known: Plain) -> Plain:
        """Join the values of claims by commas."""
        del known
        if name != "boundClaims" or not isinstance(value, dict):
            return value
        return {
            claim: ",".join(map(str, wanted)) if isinstance(wanted, list) else wanted for claim, wanted in value.items()
        }
