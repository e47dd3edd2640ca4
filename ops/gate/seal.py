"""A comment that shows when somebody edited it."""

import hmac
import re

from ops.gate.keyed_hash import KeyedHash
from ops.gate.refused_error import RefusedError

SEAL = re.compile(r"\n<!-- factory:seal ([0-9a-f]{64}) -->\s*\Z")
DIGEST = re.compile(r"^<!-- factory:digest (\S+) -->$", re.MULTILINE)


def sealed(text: str, *, review: str, hashes: KeyedHash) -> str:
    """Return *text* with a seal that fits this text on this *review* only."""
    body = text.replace("\r\n", "\n").rstrip()
    return f"{body}\n<!-- factory:seal {hashes.of(kind='comment', value=[review, body])} -->"


def reviewed_digest(text: str, *, review: str, hashes: KeyedHash) -> str:
    """Return the digest in the sealed *text*.

    Raises:
        RefusedError: the text is not the one that was sealed for this *review*, or has no digest.

    """
    plain = text.replace("\r\n", "\n")
    match = SEAL.search(plain)
    body = plain[: match.start()] if match else plain
    if match is None or not hmac.compare_digest(match[1], hashes.of(kind="comment", value=[review, body])):
        raise RefusedError(
            f"the comment with the plan on {review} was edited, or is of another pull request: plan again, by a push"
        )
    digests = DIGEST.findall(body)
    if len(digests) != 1:
        raise RefusedError(f"the plan on {review} has faults and no digest: mend them, and push")
    return str(digests[0])
