"""What roles on a bucket allow."""

from rehearsal.doubles.google.conditions import beginnings_of
from rehearsal.doubles.google.google_state import Bucket

READ, LIST, WRITE, DELETE = "get", "list", "create", "delete"
ALL = frozenset({READ, LIST, WRITE, DELETE})
ROLES: dict[str, frozenset[str]] = {
    "roles/storage.admin": ALL,
    "roles/storage.objectAdmin": ALL,
    "roles/storage.objectUser": ALL,
    "roles/storage.objectCreator": frozenset({WRITE}),
    "roles/storage.objectViewer": frozenset({READ, LIST}),
    "roles/storage.legacyBucketOwner": frozenset({LIST, WRITE, DELETE}),
    "roles/storage.legacyBucketReader": frozenset({LIST}),
    "roles/storage.legacyBucketWriter": frozenset({LIST, WRITE, DELETE}),
    "roles/storage.legacyObjectOwner": frozenset({READ}),
    "roles/storage.legacyObjectReader": frozenset({READ}),
}
"""Role → what it allows with objects."""


def is_protected(bucket: Bucket) -> bool:
    """Tell whether nothing in *bucket* can be public."""
    access = bucket.shown["iamConfiguration"]
    return isinstance(access, dict) and access["publicAccessPrevention"] == "enforced"


def may(bucket: Bucket, email: str | None, right: str, *, resource: str) -> bool:
    """Tell whether the account *email*, or everybody when there is none, has *right* to *resource* of *bucket*."""
    everybody = set() if is_protected(bucket) else {"allUsers"}
    known = everybody if email is None else {*everybody, f"serviceAccount:{email}"}
    for binding in bucket.bindings:
        members = binding["members"]
        granted = isinstance(members, list) and not known.isdisjoint(str(member) for member in members)
        condition = binding.get("condition")
        if isinstance(condition, dict):
            granted = granted and resource.startswith(beginnings_of(str(condition["expression"])))
        if granted and right in ROLES[str(binding["role"])]:
            return True
    return False
