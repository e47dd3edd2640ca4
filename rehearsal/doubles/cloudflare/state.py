"""All that the double of Cloudflare knows."""

import dataclasses
import hashlib
from typing import TypeAlias

USER = "user"
"""Owner of the tokens that belong to the user, and to no account."""

Resources: TypeAlias = dict[str, "str | dict[str, str]"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class PermissionGroup:
    """A permission that a token can have."""

    id: str
    """Id, 32 hexadecimal digits."""
    name: str
    """Name, not always unique."""
    scopes: tuple[str, ...]
    """Kinds of resources that it is for."""


@dataclasses.dataclass(kw_only=True)
class Policy:
    """A part of what a token may do."""

    id: str
    """Id, made by the server."""
    effect: str
    """`allow` or `deny`."""
    groups: list[str]
    """Ids of permission groups."""
    resources: Resources
    """What they apply to."""


@dataclasses.dataclass(kw_only=True)
class Token:
    """A token of a user or of an account."""

    id: str
    """Id, 32 hexadecimal digits; access key of S3 as well."""
    owner: str
    """Id of the account, or `USER`."""
    name: str
    """Name, which many may have."""
    value: str
    """Value, told once."""
    policies: list[Policy]
    """What it may do."""
    issued_on: str
    """When it was made."""
    modified_on: str
    """When it was changed last."""
    status: str = "active"
    """`active`, `disabled` or `expired`."""
    expires_on: str | None = None
    """When it dies."""
    not_before: str | None = None
    """When it begins to live."""
    condition: dict[str, dict[str, list[str]]] = dataclasses.field(default_factory=dict)
    """Whence it may be used."""

    @property
    def secret_access_key(self) -> str:
        """Return the secret key of S3."""
        return hashlib.sha256(self.value.encode()).hexdigest()


@dataclasses.dataclass(kw_only=True)
class Bucket:
    """A bucket of R2."""

    name: str
    """Name, unique in its account and jurisdiction."""
    account: str
    """Account that it belongs to."""
    jurisdiction: str
    """`default`, `eu` or `fedramp`."""
    location: str
    """Where it is."""
    storage_class: str
    """Class of new objects."""
    created: str
    """When it was made."""
    public_id: str
    """Beginning of its name below `r2.dev`."""
    public: bool = False
    """Whether everybody may read it there."""
    objects: dict[str, bytes] = dataclasses.field(default_factory=dict)
    """Key → content."""


@dataclasses.dataclass(kw_only=True)
class Zone:
    """A zone."""

    id: str
    """Id, 32 hexadecimal digits."""
    name: str
    """Name."""
    account: str
    """Account that it belongs to."""
    status: str = "active"
    """`active` or `pending`."""


@dataclasses.dataclass(kw_only=True)
class CloudflareState:
    """Accounts, zones, permissions, tokens and buckets."""

    accounts: dict[str, str] = dataclasses.field(default_factory=dict)
    """Id → name."""
    zones: list[Zone] = dataclasses.field(default_factory=list)
    """Zones of all accounts."""
    groups: list[PermissionGroup] = dataclasses.field(default_factory=list)
    """Permissions that there are."""
    tokens: dict[str, Token] = dataclasses.field(default_factory=dict)
    """Id → token."""
    buckets: list[Bucket] = dataclasses.field(default_factory=list)
    """Buckets of all accounts."""

    def group(self, name: str, scope: str) -> str:
        """Return the id of the permission *name* for resources of the kind *scope*."""
        return next(group.id for group in self.groups if group.name == name and scope in group.scopes)

    def bucket(self, account: str, jurisdiction: str, name: str) -> Bucket | None:
        """Return the bucket of this name, `None` when there is none."""
        place = (account, jurisdiction, name)
        return next((one for one in self.buckets if (one.account, one.jurisdiction, one.name) == place), None)
