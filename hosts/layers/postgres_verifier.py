"""What PostgreSQL keeps of a password."""

import base64
import hashlib
import hmac

ROUNDS = 4096
"""PostgreSQL's own number; the password is drawn by lot, so that more rounds would protect nothing."""
SALT_BYTES = 16


def scram_verifier(password: str, *, role: str) -> str:
    """Return the SCRAM-SHA-256 verifier of the role's password, always the same one for the same two.

    So it can be compared with what the server has, the pooler can be given the server's without asking for it, and the
    password itself never comes near a server. The salt is drawn from password and role by a keyed hash.
    """
    salt = hmac.digest(password.encode(), f"factory role {role}".encode(), "sha256")[:SALT_BYTES]
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ROUNDS)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    stored_key = hashlib.sha256(client_key).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${ROUNDS}:{_text(salt)}${_text(stored_key)}:{_text(server_key)}"


def _text(binary: bytes) -> str:
    return base64.b64encode(binary).decode()
