"""The scan finds planted secrets and leaves ordinary text alone."""

from pathlib import Path

import pytest

from ops.checks.secret_scan import secret_scan

# Each is put together here, so that this file holds none.
DRAWN = "k9Fq2xVw" + "8LmZ4tRb7Yc1"
PLANTED = {
    "private key": "-----BEGIN OPENSSH " + "PRIVATE KEY-----",
    "age key": "AGE-SECRET-" + "KEY-1" + "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L" * 2,
    "cloud access key": "AKIA" + "IOSFODNN7EXAMPLE",
    "Google API key": "AIza" + "SyD3mo" + "x" * 29,
    "forge token": "ghp_" + "a1B2c3D4e5F6" * 3,
    "Vault token": "hvs." + "CAESIJ" + "x" * 24,
    "Pulumi token": "pul-" + "0123456789" * 4,
    "JSON web token": "eyJhbGciOiJIUzI1." + "eyJzdWIiOiIxMjM0." + "c2lnbmF0dXJl",
    "password in an address": f"postgres://lab:{DRAWN}@db",
    "assigned secret": f"GITEA_TOKEN={DRAWN}",
}


@pytest.mark.parametrize(("kind", "line"), PLANTED.items())
def test_planted_secret_is_found(tmp_path: Path, kind: str, line: str) -> None:
    """Each kind is found with file and line, and the secret itself is not repeated."""
    (tmp_path / "notes.txt").write_text(f"first\n{line}\n")

    assert secret_scan(tmp_path) == [f"notes.txt:2: {kind}: take it out and make a new one"]


@pytest.mark.parametrize(
    "line",
    [
        f'password = "{DRAWN}"',
        f"  api_key: {DRAWN}",
        f'{{"secretKey": "{DRAWN}"}}',
        f'connect(password="{DRAWN}", host=h)',
    ],
)
def test_assignment_is_found_in_each_language(tmp_path: Path, line: str) -> None:
    """Python, YAML, JSON and keyword arguments are all understood."""
    (tmp_path / "notes.txt").write_text(line)

    assert len(secret_scan(tmp_path)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "password = os.environ['PGPASSWORD']",
        "token: pulumi.Output[str]",
        'password="correct-horse-battery"',
        "secure: v1:8LmZ4tRb7Yc1:k9Fq2xVw8LmZ4tRb7Yc1",
        "rich==15.0.0 --hash=sha256:0a30ef8f5322a4173720ae6712dc9a5e58f5a19868f3f167b4b5778db066c2b5",
        'SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d"',
        "postgres://lab:{password}@192.168.1.202:6432/erp",
        f'password = "{DRAWN}"  # secret-scan: allow made up for this test',
    ],
)
def test_ordinary_line_passes(tmp_path: Path, line: str) -> None:
    """Names, types, words, hashes, encrypted values and marked lines are no secrets."""
    (tmp_path / "notes.txt").write_text(line)

    assert secret_scan(tmp_path) == []


def test_mark_without_reason_does_not_count(tmp_path: Path) -> None:
    """An exception names its reason on the same line."""
    (tmp_path / "notes.txt").write_text(f'password = "{DRAWN}"  # secret-scan: allow')

    assert len(secret_scan(tmp_path)) == 1
