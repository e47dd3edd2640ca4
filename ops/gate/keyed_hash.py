"""Hashes that only the holder of the stack's key can make or guess."""

import hashlib
import hmac
import json
import os

from pydantic import JsonValue

from engine.secrets import PassphraseError, passphrase_from_environment

KEY_VARIABLE = "FACTORY_GATE_KEY"
ROUNDS = 1_000_000
SHORT = 16
"""Hexadecimal digits that are shown of a hash: 64 bits, which nobody without the key can aim at."""


class KeyedHash:
    """Hashes with the key of one stack."""

    def __init__(self, key: bytes) -> None:
        """Take the *key*."""
        self._key = key

    @classmethod
    def of_stack(cls, project: str, stack: str) -> "KeyedHash":
        """Return the one of *stack*: its key is made from the passphrase of its secrets.

        Where another provider keeps the secrets, the variable `FACTORY_GATE_KEY` takes the passphrase's place.

        Raises:
            PassphraseError: the environment has neither, or an empty one.

        """
        secret = os.environ.get(KEY_VARIABLE) or passphrase_from_environment()
        if not secret:
            raise PassphraseError(
                f"expected a passphrase that is not empty, or {KEY_VARIABLE}: the digest of a plan would prove nothing"
            )
        salt = f"factory gate {project} {stack}".encode()
        return cls(hashlib.pbkdf2_hmac("sha256", secret.encode(), salt, ROUNDS, 32))

    def of(self, *, kind: str, value: JsonValue) -> str:
        """Return the hash of *value*; the same value of another *kind* has another one."""
        text = json.dumps([kind, value], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hmac.new(self._key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def of_secret(self, plain: str) -> str:
        """Return the hash of a secret from its JSON text: the order of an object is chance."""
        return self.of(kind="secret", value=json.loads(plain))
