"""Encryption by passphrase, compared with what the official engine wrote."""

import pytest

from engine.secrets import Crypter, DamagedError, PassphraseError, passphrase_from_environment

PASSPHRASE = "correct horse \u2013 bättery"  # noqa: S105  # of the vector below, nothing else
SALT = "v1:7rG2TW3FlP4=:v1:Sc68KMdo5XAorR0A:UGT3D7hluW7PAmuXd79sClcqjd6NAA=="
"""Made by Pulumi 3.260.0, as are the ciphertexts below."""


@pytest.fixture(scope="module")
def crypter() -> Crypter:
    """Give the crypter of the vector; the key takes a while."""
    return Crypter(SALT, PASSPHRASE)


@pytest.mark.parametrize(
    ("ciphertext", "plain"),
    [
        (
            "v1:M1yX71NwSVUYFikA:4nWX96GU8DrU66A3CJr52sy0C4MGQbkejgXdFozr4TXF1ev6UHgF/n+q",
            'vaults & "quotes" ünd ✓',
        ),
        ("v1:F8bU4efeV9XAd4V+:9S703f1cpkcmP14DMyBW0g==", ""),
    ],
)
def test_reads_what_the_official_engine_wrote(ciphertext: str, plain: str, crypter: Crypter) -> None:
    """Ciphertexts of the official engine are read with its salt and passphrase."""
    assert crypter.decrypt(ciphertext) == plain


@pytest.mark.parametrize("plain", ["", "x", '{"a": "ünd ✓"}', "\0" * 1000])
def test_round_trip(plain: str, crypter: Crypter) -> None:
    """What is encrypted can be read, and is another text each time."""
    first, second = crypter.encrypt(plain), crypter.encrypt(plain)

    assert first != second
    assert [crypter.decrypt(first), crypter.decrypt(second)] == [plain, plain]


def test_new_salt_fits_its_passphrase_only() -> None:
    """A new salt can be used with its own passphrase and with no other."""
    made = Crypter.create("one")

    assert Crypter(made.salt, "one").decrypt(made.encrypt("x")) == "x"
    with pytest.raises(PassphraseError, match="the passphrase is not the one of this stack"):
        Crypter(made.salt, "two")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "v1:",
        "v2:M1yX71NwSVUYFikA:4nWX96GU8DrU66A3CJr52sy0C4MGQbkejgXdFozr4TXF1ev6UHgF/n+q",
        "v1:M1yX71NwSVUYFikA:4nWX96GU8DrU66A3CJr52sy0C4MGQbkejgXdFozr4TXF1ev6UHgF/n+r",
        "v1:M1yX71NwSVUYFikA:4nWX96GU",
        "v1:M1yX71NwSVUYFikA:no base64",
        "v1:AAAA:4nWX96GU8DrU66A3CJr52sy0C4MGQbkejgXdFozr4TXF1ev6UHgF/n+q",
    ],
)
def test_damaged_ciphertext(text: str, crypter: Crypter) -> None:
    """A ciphertext that was changed or cut is refused."""
    with pytest.raises(DamagedError, match="a ciphertext is damaged"):
        crypter.decrypt(text)


@pytest.mark.parametrize("salt", ["", "v1:", "v1:7rG2TW3FlP4=", "v2:7rG2TW3FlP4=:v1:a:b"])
def test_damaged_salt(salt: str) -> None:
    """A salt that is cut is refused before any key is made."""
    with pytest.raises(PassphraseError, match="encryptionsalt: expected v1:<salt>:v1:<nonce>:<data>"):
        Crypter(salt, PASSPHRASE)


def test_passphrase_from_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The variable goes before the file, an empty one counts, and without both the names are said."""
    file = tmp_path_factory.mktemp("secret") / "file"
    file.write_text("from the file\n")
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE", raising=False)
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE_FILE", raising=False)
    with pytest.raises(PassphraseError, match="set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE"):
        passphrase_from_environment()
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE_FILE", str(file))
    from_file = passphrase_from_environment()
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "")

    assert (from_file, passphrase_from_environment()) == ("from the file", "")
