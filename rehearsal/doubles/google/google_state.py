"""What a double of Google knows."""

import dataclasses

from pydantic import JsonValue


@dataclasses.dataclass(kw_only=True)
class Account:
    """A service account."""

    unique_id: str
    """Number that no other account ever has."""
    display_name: str = ""
    """Name for people."""
    description: str = ""
    """What it is for."""
    disabled: bool = False
    """Whether it lets nobody in."""


@dataclasses.dataclass(kw_only=True)
class HmacKey:
    """A key for the S3-compatible API."""

    email: str
    """Its service account."""
    account_id: str
    """Unique id of that account: one that is made anew under the same address does not get the key back."""
    secret: str
    """Its secret, told once."""
    created: str
    """When it was made."""
    updated: str
    """When its state was changed."""
    state: str = "ACTIVE"
    """ACTIVE, INACTIVE or DELETED."""
    version: int = 1
    """Counts its changes."""


@dataclasses.dataclass(kw_only=True)
class Bucket:
    """A bucket with what is in it."""

    shown: dict[str, JsonValue]
    """Its properties, as the API shows them."""
    bindings: list[dict[str, JsonValue]]
    """Who may what with it."""
    policy_version: int = 1
    """Counts the changes of the bindings."""
    objects: dict[str, bytes] = dataclasses.field(default_factory=dict)
    """Name → content of the live objects."""
    generations: dict[str, int] = dataclasses.field(default_factory=dict)
    """Name → number of its live version, which no other version in the bucket has."""
    noncurrent: list[tuple[str, bytes]] = dataclasses.field(default_factory=list)
    """Older versions."""
    written: int = 1_700_000_000_000_000
    """The newest of those numbers."""

    def put(self, key: str, content: bytes) -> None:
        """Make another version of the object *key*."""
        self.set_aside(key)
        self.written += 1
        self.objects[key], self.generations[key] = content, self.written

    def set_aside(self, key: str) -> None:
        """Take the live version of *key* away; a bucket with versions keeps it."""
        versioning = self.shown.get("versioning")
        before = self.objects.pop(key, None)
        self.generations.pop(key, None)
        if before is not None and isinstance(versioning, dict) and versioning.get("enabled"):
            self.noncurrent.append((key, before))


@dataclasses.dataclass(kw_only=True)
class GoogleState:
    """One project, the service account that works on it, and all that it made."""

    project: str
    """Its id."""
    number: str
    """Its number."""
    email: str
    """The service account that has all rights in the project."""
    key_id: str
    """Id of that account's key."""
    private_key: str
    """That key, as PEM text."""
    is_open: bool = False
    """Whether the storage lets in who says nothing of itself, as an emulator of Google's does."""
    page: int = 100
    """Most that a page of a list holds."""
    accounts: dict[str, Account] = dataclasses.field(default_factory=dict)
    """E-mail address → service account."""
    keys: dict[str, HmacKey] = dataclasses.field(default_factory=dict)
    """Access id → key; deleted ones stay."""
    buckets: dict[str, Bucket] = dataclasses.field(default_factory=dict)
    """Name → bucket."""
    tokens: dict[str, str] = dataclasses.field(default_factory=dict)
    """Token of a login → its scopes."""

    def named(self, account_id: str) -> str:
        """Return the e-mail address of a service account."""
        return f"{account_id}@{self.project}.iam.gserviceaccount.com"
