"""The difference between what a file holds and what it shall hold, for a person to read."""

import difflib
import hashlib

from hosts.facts.file_state import Found

LARGEST = 64 * 1024
"""More bytes than this are told by size and digest."""


def file_difference(path: str, *, found: Found | None, content: bytes | None, wanted: bytes) -> str:
    """Return a unified diff; without the content, or when one side is no short text, both are told by size and digest.

    `content` is what `found` holds, None where it was not asked.
    """
    old = [] if found is None else _lines(content)
    new = _lines(wanted)
    if old is None or new is None:
        return f"{path}: {_found(found)} → {_summary(len(wanted), hashlib.sha256(wanted).hexdigest())}"
    name = "/dev/null" if found is None else path
    return "\n".join(difflib.unified_diff(old, new, fromfile=name, tofile=path, n=2, lineterm=""))


def _lines(content: bytes | None) -> list[str] | None:
    if content is None or len(content) > LARGEST or b"\0" in content:
        return None
    try:
        return content.decode().splitlines()
    except UnicodeDecodeError:
        return None


def _found(found: Found | None) -> str:
    if found is None:
        return "nothing"
    return found.kind if found.sha256 is None else _summary(found.size, found.sha256)


def _summary(size: int, digest: str) -> str:
    return f"{size} bytes, sha256 {digest[:16]}"
