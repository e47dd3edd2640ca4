"""What a bundle says of itself."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Annotated

import pydantic

from hosts.model import Model

NAME = "manifest.json"
DIGEST = "manifest.json.sha256"

Sha256 = Annotated[str, pydantic.StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Manifest(Model):
    """Its contents, and what they were made from."""

    made: pydantic.AwareDatetime
    """When."""
    commit: str
    """Of the repository, which `factory.bundle` holds whole."""
    changed: Sequence[str]
    """Files of the checkout that differed from that commit; the bundle has not these, but those in `settings`."""
    files: Mapping[str, Sha256]
    """Path of each file in the bundle → digest."""
    states: Mapping[str, bool]
    """Stack → whether it had a state."""
    recipients: Sequence[str]
    """Fingerprints of the keys that open `keys.tar.gpg`."""
    salt: str
    """In front of each of the key files when its digest is made."""
    keys: Mapping[str, Sha256]
    """Path of each key file → digest with the salt; enough to see that one is another now, and no more."""
    missing_artefacts: Mapping[str, str]
    """Pinned files that were not here → the command that brings each into a folder DIR, or closes its pin."""

    def text(self) -> str:
        """Return it as it is written."""
        return self.model_dump_json(indent=1) + "\n"


def sha256(content: bytes) -> str:
    """Return the digest of *content*."""
    return hashlib.sha256(content).hexdigest()
