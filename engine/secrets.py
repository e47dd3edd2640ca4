"""Encryption by passphrase, in Pulumi's format: AES-256-GCM, key by PBKDF2-SHA256 with 1,000,000 rounds."""

import base64
import binascii
import functools
import hashlib
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_ROUNDS: Final = 1_000_000
_PROBE: Final = "pulumi"
_SALT_BYTES: Final = 8
_NONCE_BYTES: Final = 12


class PassphraseError(Exception):
    """The passphrase does not fit, or a ciphertext is damaged."""


class DamagedError(PassphraseError):
    """A ciphertext is damaged, or was made with another passphrase than the rest."""


@functools.lru_cache(maxsize=8)
def _key(passphrase: str, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt, _ROUNDS, 32)


class Crypter:
    """Encrypts and decrypts the secrets of one stack."""

    def __init__(self, salt: str, passphrase: str) -> None:
        """Derive the key.

        Args:
            salt: the text under `encryptionsalt`, `v1:<salt>:v1:<nonce>:<probe>`.
            passphrase: what `PULUMI_CONFIG_PASSPHRASE` holds.

        Raises:
            PassphraseError: the text is malformed or the passphrase is not the one that made it.

        """
        version, _, rest = salt.partition(":")
        encoded, _, probe = rest.partition(":")
        if version != "v1" or not probe:
            raise PassphraseError("encryptionsalt: expected v1:<salt>:v1:<nonce>:<data>; restore the stack file")
        self.salt: Final = salt
        self._cipher = AESGCM(_key(passphrase, _decode(encoded)))
        try:
            fits = self.decrypt(probe) == _PROBE
        except PassphraseError:
            fits = False
        if not fits:
            raise PassphraseError("the passphrase is not the one of this stack; set PULUMI_CONFIG_PASSPHRASE")

    @classmethod
    def create(cls, passphrase: str) -> "Crypter":
        """Return a crypter with a new salt."""
        salt = os.urandom(_SALT_BYTES)
        probe = _encrypt(AESGCM(_key(passphrase, salt)), _PROBE)
        return cls(f"v1:{base64.b64encode(salt).decode()}:{probe}", passphrase)

    def encrypt(self, text: str) -> str:
        """Return `v1:<nonce>:<data>`."""
        return _encrypt(self._cipher, text)

    def decrypt(self, text: str) -> str:
        """Return what `encrypt` was given.

        Raises:
            DamagedError: the text is damaged or was made with another key.

        """
        version, _, rest = text.partition(":")
        nonce, _, data = rest.partition(":")
        if version != "v1" or not data:
            raise DamagedError("a ciphertext is damaged: expected v1:<nonce>:<data>")
        try:
            return self._cipher.decrypt(_decode(nonce), _decode(data), None).decode()
        except (InvalidTag, ValueError) as error:
            raise DamagedError("a ciphertext is damaged or was made with another passphrase") from error


def passphrase_from_environment() -> str:
    """Return the passphrase that the environment gives.

    Raises:
        PassphraseError: neither variable is set.

    """
    if (direct := os.environ.get("PULUMI_CONFIG_PASSPHRASE")) is not None:
        return direct
    if file := os.environ.get("PULUMI_CONFIG_PASSPHRASE_FILE"):
        try:
            with open(file, encoding="utf-8") as stream:  # noqa: PTH123  # one read, no path logic
                return stream.read().strip()
        except OSError as error:
            raise PassphraseError(f"PULUMI_CONFIG_PASSPHRASE_FILE cannot be read: {error.strerror}") from error
    raise PassphraseError("expected a passphrase: set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE")


def _encrypt(cipher: AESGCM, text: str) -> str:
    nonce = os.urandom(_NONCE_BYTES)
    data = cipher.encrypt(nonce, text.encode(), None)
    return f"v1:{base64.b64encode(nonce).decode()}:{base64.b64encode(data).decode()}"


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise DamagedError("a ciphertext is damaged: expected base64") from error
