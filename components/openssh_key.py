"""An SSH key from a secret text: the same text always gives the same files."""

import base64
import dataclasses
import hashlib
import struct
import textwrap
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

TYPE = b"ssh-ed25519"
LEAST_CHARACTERS = 43
"""As many letters and digits as hold the 256 bits of a key."""
_MAGIC = b"openssh-key-v1\0"
_BLOCK = 8
_COLUMNS = 70
_CHECK_BYTES = 4


@dataclasses.dataclass(frozen=True, kw_only=True)
class OpensshKey:
    """A key of the type Ed25519, as OpenSSH writes it."""

    private: str = dataclasses.field(repr=False)
    """Content of the private file, secret; it ends with a newline, without which OpenSSH refuses it."""
    public: str
    """Type and content of the public key."""

    @classmethod
    def of(cls, secret: str) -> Self:
        """Return the key that *secret*, a long random text, stands for."""
        if len(secret) < LEAST_CHARACTERS:
            raise ValueError(f"expected a random text of at least {LEAST_CHARACTERS} characters, found {len(secret)}")
        seed = hashlib.sha256(secret.encode()).digest()
        key = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        public = _text(TYPE) + _text(key)
        return cls(private=_private_file(seed, key, public=public), public=f"{TYPE.decode()} {_base64(public)}")


def _private_file(seed: bytes, key: bytes, *, public: bytes) -> str:
    """Return the file, unencrypted.

    OpenSSH draws the check number anew each time it writes a key; here it follows from the seed, or every run would
    make another file.
    """
    check = hashlib.sha256(b"check" + seed).digest()[:_CHECK_BYTES]
    private = check + check + public + _text(seed + key) + _text(b"")
    private += bytes(range(1, 1 + -len(private) % _BLOCK))
    # Cipher, key derivation and its options, number of keys.
    content = _MAGIC + _text(b"none") + _text(b"none") + _text(b"") + struct.pack(">I", 1) + _text(public)
    lines = textwrap.wrap(_base64(content + _text(private)), _COLUMNS)
    name = "OPENSSH PRIVATE KEY"
    return "\n".join([f"-----BEGIN {name}-----", *lines, f"-----END {name}-----", ""])


def _text(content: bytes) -> bytes:
    """Return *content* with its length before it, as RFC 4251 has it."""
    return struct.pack(">I", len(content)) + content


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
