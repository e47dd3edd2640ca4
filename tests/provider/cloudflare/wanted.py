"""A token as it may be declared."""

from provider.cloudflare.api_token_kind import ApiTokenKind
from provider.values import Plain, Properties
from rehearsal.doubles.cloudflare.cloudflare_double import CloudflareDouble
from rehearsal.doubles.cloudflare.state import Token

ZONES = ["example.org", "example.net"]
NAME = "factory-rehearsal-cms-1"


def wanted(kind: ApiTokenKind, double: CloudflareDouble, **changed: Plain) -> Properties:
    """Return the checked inputs of a token with rights of all sorts, some of them *changed*."""
    checked = kind.check(given(double, **changed))
    assert [*checked.faults] == []
    return checked.inputs


def given(double: CloudflareDouble, **changed: Plain) -> Properties:
    """Return the inputs of a token with rights of all sorts, some of them *changed*."""
    inputs: dict[str, Plain] = {
        "account_id": double.account, "name": NAME, "account_permissions": ["Pages Write", "Account Settings Read"],
        "zone_permissions": ["Zone Read", "DNS Write"], "zones": ZONES,
        "bucket_permissions": ["Workers R2 Storage Bucket Item Read"], "buckets": ["state"],
    }  # fmt: skip
    return {**inputs, **changed}


def ours(double: CloudflareDouble) -> list[Token]:
    """Return the tokens of this name that there are."""
    return [token for token in double.state.tokens.values() if token.name == NAME]
