"""SSH keys that follow from a secret text."""

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_ssh_private_key

from components.openssh_key import LEAST_CHARACTERS, OpensshKey

SECRETS = [character * LEAST_CHARACTERS for character in "aZ09"] + ["x" * 200, "ä" * 64]


@pytest.mark.parametrize("secret", SECRETS)
def test_openssh_takes_the_file(tmp_path: Path, secret: str) -> None:
    """OpenSSH reads the private file, and finds the same public key in it."""
    key, file = OpensshKey.of(secret), tmp_path / "key"
    file.touch(mode=0o600)
    file.write_text(key.private)

    said = subprocess.run(["ssh-keygen", "-y", "-f", file], capture_output=True, text=True, check=True)  # noqa: S607 - the system's own ssh-keygen

    assert said.stdout.strip() == key.public


def test_key_signs_what_the_public_one_proves() -> None:
    """Another reader of such files finds a key whose signatures the public one proves."""
    key = OpensshKey.of(SECRETS[0])

    read = load_ssh_private_key(key.private.encode(), password=None)

    assert isinstance(read, Ed25519PrivateKey)
    assert read.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode() == key.public
    read.public_key().verify(read.sign(b"it"), b"it")


def test_same_secret_gives_the_same_files() -> None:
    """Each run makes the same files, or it would publish another key each time; another secret gives another key."""
    assert OpensshKey.of(SECRETS[0]) == OpensshKey.of(SECRETS[0])
    assert len({OpensshKey.of(secret).public for secret in SECRETS}) == len(SECRETS)


def test_private_key_is_not_shown() -> None:
    """The text that stands for the object in a message lacks the private key."""
    key = OpensshKey.of(SECRETS[0])

    assert key.public in repr(key)
    assert "PRIVATE" not in repr(key)


def test_short_secret_is_refused() -> None:
    """A text that cannot hold enough chance is refused, and not repeated."""
    with pytest.raises(ValueError, match=r"^expected a random text of at least 43 characters, found 7$"):
        OpensshKey.of("hunter2")
