"""The digest of what a service reads, for its label `factory.files`."""

import hashlib


def files_digest(*texts: str) -> str:
    """Return a digest of the texts in their order.

    It stands in a readable file: it tells nothing of a generated password, and would tell a guessable one.
    """
    digest = hashlib.sha256()
    for text in texts:
        digest.update(hashlib.sha256(text.encode()).digest())
    return digest.hexdigest()[:16]
