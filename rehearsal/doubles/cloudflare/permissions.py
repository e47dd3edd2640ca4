"""The permissions that the double knows, by the names that Cloudflare gives them."""

import secrets
from collections.abc import Mapping, Sequence

from rehearsal.doubles.cloudflare.state import PermissionGroup

ACCOUNT = "com.cloudflare.api.account"
ZONE = "com.cloudflare.api.account.zone"
OF_USER = "com.cloudflare.api.user"
BUCKET = "com.cloudflare.edge.r2.bucket"

NAMES: Mapping[str, Sequence[str]] = {
    ACCOUNT: (
        "Account API Tokens Read", "Account API Tokens Write", "Account Settings Read", "Account Settings Write",
        "Billing Read", "Cloudflare Pages: Read", "Pages Write", "Workers KV Storage Read", "Workers KV Storage Write",
        "Workers R2 Storage Read", "Workers R2 Storage Write", "Workers Scripts Read", "Workers Scripts Write",
    ),
    ZONE: (
        "Cache Purge", "DNS Read", "DNS Write", "Page Rules Read", "Page Rules Write", "Workers Routes Read",
        "Workers Routes Write", "Zone Read", "Zone Settings Read", "Zone Settings Write", "Zone Write",
    ),
    OF_USER: ("API Tokens Read", "API Tokens Write", "Memberships Read", "User Details Read"),
    BUCKET: ("Workers R2 Storage Bucket Item Read", "Workers R2 Storage Bucket Item Write"),
}  # fmt: skip
"""Kind of resource → names."""
TWICE = ("Logs Write", "Logs Write")
"""Two of the same name for the same kind of resource."""


def new_id() -> str:
    """Return an id as Cloudflare has them."""
    return secrets.token_hex(16)


def known_permissions() -> list[PermissionGroup]:
    """Return all, with ids of their own."""
    named = [(name, scope) for scope, names in NAMES.items() for name in names] + [(name, ZONE) for name in TWICE]
    return [PermissionGroup(id=new_id(), name=name, scopes=(scope,)) for name, scope in named]
