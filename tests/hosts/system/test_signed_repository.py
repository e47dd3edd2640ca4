"""A foreign repository of packages: its key is compared with the fingerprint before anything comes from there."""

from collections.abc import Iterator

import pytest

from hosts.operations.installed_packages import installed_packages
from hosts.operations.signed_repository import render_source, signed_repository
from hosts.pin import SigningKey
from hosts.worker.errors import WorkerError
from hosts.worker.layer_work import Outcome
from tests.hosts.system.tried_machine import TriedMachine

PORT = 8765
ADDRESS = f"http://127.0.0.1:{PORT}"
KEYRING = "/etc/apt/keyrings/tried.asc"
SOURCE = "/etc/apt/sources.list.d/tried.sources"

# A repository without packages, and the keys of its publisher and of somebody else.
PUBLISH = f"""set -e
export GNUPGHOME=/root/gnupg
mkdir -p -m 700 $GNUPGHOME
for name in publisher stranger; do
    gpg --batch --quiet --pinentry-mode loopback --passphrase '' \\
        --quick-generate-key $name ed25519 sign never 2>/dev/null
done
site=/root/site
mkdir -p $site/dists/tried/main/binary-amd64
: > $site/dists/tried/main/binary-amd64/Packages
cd $site/dists/tried
{{
    printf 'Suite: tried\\nComponents: main\\nArchitectures: amd64\\nDate: %s\\nSHA256:\\n' "$(LC_ALL=C date -Ru)"
    printf ' %s 0 main/binary-amd64/Packages\\n' "$(sha256sum < main/binary-amd64/Packages | cut -d' ' -f1)"
}} > Release
gpg --batch --quiet --local-user publisher --clearsign --output InRelease Release
gpg --armor --export publisher > $site/key
gpg --armor --export publisher stranger > $site/two-keys
gpg --armor --export stranger > $site/other-key
echo 'Acquire::http::Proxy::127.0.0.1 "DIRECT";' > /etc/apt/apt.conf.d/99tried
systemd-run --quiet --unit=tried-site python3 -m http.server --bind 127.0.0.1 --directory $site {PORT}
for try in $(seq 50); do curl --silent --output /dev/null {ADDRESS}/key && break; sleep .1; done
gpg --batch --with-colons --list-keys publisher | awk -F: '$1 == "fpr" {{ print $10; exit }}'
"""


def repository(key: str, fingerprint: str) -> None:
    """Declare the repository."""
    signed_repository(
        name="Let packages come from there",
        label="tried",
        key=SigningKey(url=f"{ADDRESS}/{key}", fingerprint=fingerprint),
        uri=ADDRESS,
        suite="tried",
        component="main",
    )


@pytest.fixture(scope="module")
def fingerprint(host: TriedMachine, with_base: Outcome) -> Iterator[str]:
    """Publish on the machine, and return the fingerprint of the publisher's key."""
    del with_base
    host.done(lambda: installed_packages(name="Install gpg", packages=["gpg", "gpg-agent"]))
    yield host.run(PUBLISH).strip()
    host.run(f"systemctl stop tried-site; rm -f /etc/apt/apt.conf.d/99tried {SOURCE} {KEYRING}; apt-get -qq update")


def test_source_trusts_this_key_alone() -> None:
    """The description names the keyring, so that the key counts for no other repository."""
    assert render_source("https://p.example", suite="s", component="c", keyring=KEYRING) == (
        f"Types: deb\nURIs: https://p.example\nSuites: s\nComponents: c\nSigned-By: {KEYRING}\n"
    )


@pytest.mark.slow
@pytest.mark.parametrize("key", ["other-key", "two-keys"])
def test_another_key_is_never_placed(host: TriedMachine, fingerprint: str, key: str) -> None:
    """A stranger's key, alone or beside the right one, is refused before a file is placed."""
    with pytest.raises(WorkerError, match=f"expected the key {fingerprint} alone, found"):
        host.done(lambda: repository(key, fingerprint))

    assert host.run(f"ls {KEYRING} {SOURCE} 2>/dev/null || true") == ""


@pytest.mark.slow
def test_repository_is_added_once_and_put_right(host: TriedMachine, fingerprint: str) -> None:
    """With the right key the lists are read; a key that was exchanged later is noticed and put back."""
    assert host.done(lambda: repository("key", fingerprint)) == ("Let packages come from there",)
    assert "127.0.0.1" in host.run("ls /var/lib/apt/lists")
    assert host.asked(lambda: repository("key", fingerprint)).pending == ()

    host.run(f"cp /root/site/two-keys {KEYRING}")
    assert host.asked(lambda: repository("key", fingerprint)).pending == ("Let packages come from there",)
    assert host.done(lambda: repository("key", fingerprint)) == ("Let packages come from there",)
