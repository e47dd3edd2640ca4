"""The digest of a plan: a short hash of each part, and a long one of everything."""

from collections.abc import Mapping

from ops.gate.keyed_hash import SHORT, KeyedHash
from ops.gate.refused_error import RefusedError

PARTS = ("review", "source", "lock", "versions", "settings", "state", "steps")
VERSION = "g1"
WHOLE = 64

Items = Mapping[str, str]


def digest(parts: Mapping[str, Items], *, hashes: KeyedHash) -> str:
    """Return the digest of *parts*: what is compared is the long hash at its end, the short ones say where to look."""
    whole = {name: hashes.of(kind=name, value=dict(parts[name])) for name in PARTS}
    return "-".join([VERSION, *(whole[name][:SHORT] for name in PARTS), hashes.of(kind="digest", value=dict(whole))])


def differing_parts(reviewed: str, found: str) -> list[str]:
    """Return the parts in which two digests differ; `digest` for one whose parts are right and whose whole is not.

    Raises:
        RefusedError: the reviewed one is no digest.

    """
    words, others = reviewed.strip().split("-"), found.split("-")
    if len(words) != len(others) or words[0] != VERSION or len(words[-1]) != WHOLE:
        raise RefusedError(
            f"expected the digest of a plan, for example {VERSION}-0123456789abcdef-…, found {reviewed[:40]!r}; "
            "copy the whole line of the plan"
        )
    named = [name for name, a, b in zip(PARTS, words[1:-1], others[1:-1], strict=True) if a != b]
    return named or (["digest"] if words[-1] != others[-1] else [])
