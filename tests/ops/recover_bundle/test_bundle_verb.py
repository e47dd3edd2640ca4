"""`./factory recover bundle` as it is typed, with a real PGP key."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ops.host_layers.chosen_settings import chosen_settings
from ops.host_layers.secrets_file import DEFAULT
from ops.recover_bundle.found_here import found_here
from ops.recover_bundle.verify_bundle import NoBundleError, current, read_manifest, whole
from tests.ops.own_keyring import own_keyring

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).resolve().parents[3]
OWNER = "second@example.org"
PASSPHRASE = "of the test"  # noqa: S105 - an example
KEYS = {
    ".config/factory/vault/keys.json": '{"shares": ["one"]}',
    ".config/factory/vault/keys.json.vault": '{"cluster": "one"}',
    ".config/factory/hosts-secrets.json": '{"one": "two"}',
}


class Laptop:
    """A folder with stack files, and a home with keys."""

    def __init__(self, folder: Path) -> None:
        """Write both into *folder*."""
        self.folder, self.home, self.bundle = folder / "lab", folder / "home", folder / "bundle"
        self.folder.mkdir()
        for name in ("Pulumi.yaml", "Pulumi.hosts.yaml", "Pulumi.postgres.yaml"):
            text = (REPOSITORY / name).read_text(encoding="utf-8")
            (self.folder / name).write_text(text.replace("192.168.1.", "10.77.0.").replace("arcodange.lab", "lab.test"))
        self.state = folder / "state/.pulumi/stacks/factory/postgres.json"
        self.state.parent.mkdir(parents=True)
        self.state.write_text('{"version": 3, "checkpoint": {}}')
        for name, content in KEYS.items():
            file = self.home / name
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file.write_text(content)
            file.chmod(0o600)

    @property
    def environment(self) -> dict[str, str]:
        """What the verb needs."""
        return {
            "HOME": str(self.home),
            "PULUMI_BACKEND_URL": self.state.parents[3].as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PYTHONPATH": str(REPOSITORY),
        }

    def typed(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Run the verb as the launcher does."""
        return subprocess.run(
            [sys.executable, "-P", "-m", "ops", "recover", "bundle", self.bundle, *words],
            cwd=self.folder, env={**os.environ, **self.environment}, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def verified(self) -> list[str]:
        """Return the faults that --verify finds; in this process, for most of the verb's time is its start."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.environment.items():
                patch.setenv(name, value)
            found = found_here(self.folder, chosen_settings(self.folder), passwords=DEFAULT, artefacts=None)
            manifest = read_manifest(self.bundle)
            return [*whole(self.bundle, manifest), *current(manifest, found)]


def _gpg(home: Path, *words: str) -> bytes:
    program = shutil.which("gpg")
    assert program is not None, "expected the program gpg: apt-get install gpg gpg-agent"
    command = [program, "--homedir", str(home), "--batch", "--quiet", "--passphrase", "", *words]
    return subprocess.run(command, capture_output=True, check=True).stdout


@pytest.fixture(scope="module")
def keyring() -> Iterator[Path]:
    """Make the second operator's key."""
    with own_keyring() as home:
        _gpg(home, "--quick-generate-key", OWNER, "rsa2048", "encrypt", "1d")
        (home / "second.asc").write_bytes(_gpg(home, "--armor", "--export", OWNER))
        yield home


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, keyring: Path) -> Path:
    """Write a bundle once, and return the folder that holds all of it."""
    folder = tmp_path_factory.mktemp("written")
    done = Laptop(folder).typed("--recipient", keyring / "second.asc")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def laptop(written: Path, tmp_path: Path) -> Laptop:
    """Return a laptop whose bundle may be damaged."""
    own = Laptop(tmp_path)
    shutil.copytree(written / "bundle", own.bundle)
    return own


def test_the_keys_are_for_the_recipient(laptop: Laptop, keyring: Path, tmp_path: Path) -> None:
    """What is in plain holds no key; what is not, the recipient alone opens, as files that nobody else may read."""
    assert laptop.typed("--verify").stdout.endswith("whole and current\n")
    content = b"".join(
        file.read_bytes() for file in laptop.bundle.rglob("*") if file.is_file() and file.suffix != ".bundle"
    )
    assert not [secret for secret in (*KEYS.values(), PASSPHRASE) if secret.encode() in content]

    packed = _gpg(keyring, "--decrypt", str(laptop.bundle / "keys.tar.gpg"))
    subprocess.run(["/usr/bin/tar", "-C", tmp_path, "-xf", "-"], input=packed, check=True)

    assert {name: (tmp_path / name).read_text() for name in KEYS} == KEYS
    assert (tmp_path / "passphrase").read_text() == PASSPHRASE
    assert all((tmp_path / name).stat().st_mode & 0o777 == 0o600 for name in KEYS)
    assert all((tmp_path / name).parent.stat().st_mode & 0o777 == 0o700 for name in KEYS)


def test_the_repository_can_be_cloned(laptop: Laptop, tmp_path: Path) -> None:
    """With git alone, at the commit that the manifest names."""
    git = shutil.which("git")
    assert git is not None
    subprocess.run([git, "clone", "--quiet", laptop.bundle / "factory.bundle", tmp_path / "clone"], check=True)

    head = subprocess.run(
        [git, "-C", tmp_path / "clone", "rev-parse", "HEAD"], capture_output=True, text=True, check=True
    )
    assert head.stdout.strip() == json.loads((laptop.bundle / "manifest.json").read_text())["commit"]


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


DAMAGE: dict[str, tuple[Callable[[Laptop], object], str]] = {
    "flipped byte": (lambda own: _flip(own.bundle / "factory.bundle"), "factory.bundle: is not as it was written"),
    "missing file": (lambda own: (own.bundle / "keys.tar.gpg").unlink(), "keys.tar.gpg: missing"),
    "another file": (lambda own: (own.bundle / "note").write_text("x"), "note: nobody wrote it"),
    "old state": (lambda own: own.state.write_text('{"version": 3}'), "state/postgres.json: is another now"),
    "old settings": (
        lambda own: (own.folder / "Pulumi.hosts.yaml").open("a").write("# a change\n"),
        "settings/Pulumi.hosts.yaml: is another now",
    ),
    "new state": (
        lambda own: own.state.with_name("hosts.json").write_text("{}"),
        "state/hosts.json: is not in the bundle",
    ),
    "new keys": (
        lambda own: (own.home / ".config/factory/vault/keys.json").write_text("another"),
        "~/.config/factory/vault/keys.json: is another now",
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_what_is_wrong_is_named(laptop: Laptop, name: str) -> None:
    """Each kind of damage or age, by the file it is in; nothing else is said."""
    damage, fault = DAMAGE[name]
    damage(laptop)

    assert laptop.verified() == [fault]


def test_a_damaged_manifest_is_no_bundle(laptop: Laptop) -> None:
    """What says how everything was must itself be as it was."""
    _flip(laptop.bundle / "manifest.json")

    with pytest.raises(NoBundleError, match=r"manifest\.json: is not as it was written\. Expected the digest in"):
        laptop.verified()


def test_the_second_operator_compares_what_he_has(laptop: Laptop) -> None:
    """A machine without the keys says so, and finds no fault because of it; what is missing is one."""
    shutil.rmtree(laptop.home)

    (laptop.bundle / "START.txt").unlink()
    done = laptop.typed("--verify", "--json")

    assert (done.returncode, json.loads(done.stdout)["faults"]) == (1, ["START.txt: missing"])
    assert [note for note in json.loads(done.stdout)["notes"] if "the keys of Vault" in note]


def test_it_is_not_written_by_halves(tmp_path: Path, keyring: Path) -> None:
    """Without keys, or without anybody who could open them, nothing is written, and what lacks is named."""
    laptop = Laptop(tmp_path)
    nobody = laptop.typed()
    (laptop.home / ".config/factory/vault/keys.json").unlink()
    without = laptop.typed("--recipient", keyring / "second.asc")

    assert (nobody.returncode, without.returncode) == (2, 3)
    assert "nobody could open the keys" in nobody.stderr
    assert "the keys of Vault: " in without.stderr
    assert not [*tmp_path.glob("bundle*")]


def test_one_that_is_there_stays(laptop: Laptop, keyring: Path) -> None:
    """The old one is not lost to a new one that could not be finished."""
    done = laptop.typed("--recipient", keyring / "second.asc")

    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert laptop.verified() == []


def test_production_is_refused(laptop: Laptop) -> None:
    """Unless it is meant: settings of production, nor a bucket of its states."""
    text = (laptop.folder / "Pulumi.hosts.yaml").read_text().replace("10.77.0.", "192.168.1.")
    (laptop.folder / "Pulumi.hosts.yaml").write_text(text)

    done = laptop.typed("--verify")

    assert done.returncode == 1
    assert "is production" in done.stderr
