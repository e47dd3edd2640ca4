"""The properties of every role that gives tokens."""

from collections.abc import Mapping

from rehearsal.standins.resource_kind import Property

TOKEN_PROPERTIES: Mapping[str, Property] = {
    "tokenBoundCidrs": Property(type=list, unordered=True),
    "tokenExplicitMaxTtl": Property(type=int, minimum=0),
    "tokenMaxTtl": Property(type=int, minimum=0),
    "tokenNoDefaultPolicy": Property(type=bool),
    "tokenNumUses": Property(type=int, minimum=0),
    "tokenPeriod": Property(type=int, minimum=0),
    "tokenPolicies": Property(type=list, unordered=True),
    "tokenTtl": Property(type=int, minimum=0),
    "tokenType": Property(type=str, default="default"),
}
