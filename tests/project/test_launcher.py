"""The launcher makes .venv when it must, and only then."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.project.tiny_wheel import make_tiny_wheel

REPOSITORY = Path(__file__).resolve().parents[2]
VERB = "import os, sys, tiny\nprint(*sys.argv[1:], os.getcwd(), sep='|')\n"

pytestmark = pytest.mark.slow


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Give a checkout that was never started."""
    return make_checkout(tmp_path)


@pytest.fixture(scope="module")
def started_checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a checkout that was started; each test that damages it leaves it repaired."""
    root = make_checkout(tmp_path_factory.mktemp("started"))
    start(root)
    return root


def make_checkout(folder: Path) -> Path:
    """Make a checkout whose requirements are one empty package, and whose only verb prints what it was given."""
    root = folder / "a checkout"
    (root / "ops" / "launcher").mkdir(parents=True)
    shutil.copy(REPOSITORY / "factory", root)
    shutil.copy(REPOSITORY / "ops" / "launcher" / "make_environment.py", root / "ops" / "launcher")
    (root / "ops" / "__init__.py").touch()
    (root / "ops" / "__main__.py").write_text(VERB)
    wheel, digest = make_tiny_wheel(folder)
    (root / "requirements.txt").write_text(f"tiny @ {wheel.as_uri()} --hash=sha256:{digest}\n")
    (root / "requirements-dev.txt").write_text("# none\n")
    return root


def start(root: Path, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Start the launcher of *root* and return what it did."""
    return subprocess.run([root / "factory", *words], cwd=cwd or root, capture_output=True, text=True, check=False)


def remove_stamp(root: Path) -> None:
    """Leave .venv as a kill in the middle does."""
    (root / ".venv" / "factory-stamp").unlink()


def empty_stamp(root: Path) -> None:
    """Leave a stamp that a full disk cut off."""
    (root / ".venv" / "factory-stamp").write_text("")


def remove_python(root: Path) -> None:
    """Leave .venv as an upgrade of the system's Python does."""
    (root / ".venv" / "bin" / "python").unlink()


def remove_package(root: Path) -> None:
    """Take an installed package away."""
    shutil.rmtree(next((root / ".venv" / "lib").glob("python3*/site-packages/tiny-1.0.dist-info")))


def put_a_file_there(root: Path) -> None:
    """Leave something that is no folder at all."""
    shutil.rmtree(root / ".venv")
    (root / ".venv").write_text("")


def change_requirements(root: Path) -> None:
    """Change what has to be installed."""
    (root / "requirements-dev.txt").write_text("# still none\n")


def test_first_start_makes_it_and_second_uses_it(checkout: Path, tmp_path: Path) -> None:
    """The first start installs and runs the verb; the second, from another folder and by a link, installs nothing."""
    first = start(checkout, "a", "two words")
    link = tmp_path / "bin" / "lab"
    link.parent.mkdir()
    link.symlink_to("../a checkout/factory")

    second = subprocess.run([link, "b"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert first.stdout == f"a|two words|{checkout}\n"
    assert "factory: making .venv" in first.stderr
    assert (second.returncode, second.stdout, second.stderr) == (0, f"b|{tmp_path}\n", "")


@pytest.mark.parametrize(
    "damage",
    [remove_stamp, empty_stamp, remove_python, remove_package, put_a_file_there, change_requirements],
)
def test_broken_environment_is_made_again(started_checkout: Path, damage: Callable[[Path], None]) -> None:
    """Each way of being broken, half-made or out of date leads to a new .venv that works."""
    damage(started_checkout)

    again = start(started_checkout, "x")

    assert (again.returncode, again.stdout) == (0, f"x|{started_checkout}\n")
    assert "factory: making .venv" in again.stderr


def test_moved_checkout_gets_a_new_environment(started_checkout: Path) -> None:
    """A .venv knows its folder by name, so a moved checkout makes its own."""
    moved = started_checkout.rename(started_checkout.parent / "moved")

    done = start(moved, "x")
    moved.rename(started_checkout)

    assert done.stdout == f"x|{moved}\n"


def test_wrong_hash_is_refused(checkout: Path) -> None:
    """A package that is not the one pinned is not installed: exit code 3, and the next start tries again."""
    requirements = checkout / "requirements.txt"
    right = requirements.read_text()
    requirements.write_text(right[:-5] + "0000\n")

    refused = start(checkout)
    requirements.write_text(right)

    assert refused.returncode == 3
    assert "HASHES" in refused.stderr
    assert not (checkout / ".venv" / "factory-stamp").exists()
    assert start(checkout, "x").stdout == f"x|{checkout}\n"


def test_two_starts_at_once_make_it_once(checkout: Path) -> None:
    """Of two first starts one makes .venv, the other waits and uses it."""
    with ThreadPoolExecutor() as pool:
        both = list(pool.map(lambda word: start(checkout, word), ["one", "two"]))

    assert [done.stdout for done in both] == [f"one|{checkout}\n", f"two|{checkout}\n"]
    assert sum("making .venv with" in done.stderr for done in both) == 1


class Machine:
    """A PATH of its own, on which only the named programs exist."""

    def __init__(self, folder: Path) -> None:
        """Put the ordinary programs there, no Python and no package manager."""
        self.folder = folder
        folder.mkdir()
        for name in ("sh", "cat", "cut", "dirname", "readlink", "sha256sum"):
            (folder / name).symlink_to(shutil.which(name) or "missing")

    def add(self, name: str, script: str) -> None:
        """Put a program there."""
        (self.folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.folder / name).chmod(0o755)

    def start(self, root: Path) -> subprocess.CompletedProcess[str]:
        """Start the launcher of *root* on this machine."""
        environment = {**os.environ, "PATH": str(self.folder)}
        return subprocess.run([root / "factory"], env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Give a machine without Python."""
    return Machine(tmp_path / "path")


ONLY_ON_DEBIAN = pytest.mark.skipif(not Path("/etc/debian_version").exists(), reason="asks apt-get, so needs Debian")
WITHOUT_ENSUREPIP = 'case "$2" in *ensurepip*) exit 1 ;; *print*) echo python3.11-venv ;; esac'


def test_no_python_is_named(checkout: Path, machine: Machine) -> None:
    """Without Python and without a package manager the missing thing and where it is found are named."""
    done = machine.start(checkout)

    assert done.returncode == 3
    assert done.stderr == (
        "factory: expected Python 3.11 or newer, found none\n"
        "factory: install it with: see https://www.python.org/downloads/\n"
    )


@ONLY_ON_DEBIAN
def test_normal_user_gets_the_command(checkout: Path, machine: Machine) -> None:
    """As a normal user the exact command that installs the missing package is printed, and nothing is installed."""
    machine.add("python3", WITHOUT_ENSUREPIP)
    machine.add("id", "echo 1000")
    machine.add("apt-get", "echo must not run; exit 9")

    done = machine.start(checkout)

    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.splitlines() == [
        "factory: the Debian package python3.11-venv is missing",
        "factory: install it with: sudo apt-get install -y --no-install-recommends python3.11-venv",
    ]


@ONLY_ON_DEBIAN
def test_root_on_debian_installs_it(checkout: Path, machine: Machine) -> None:
    """As root the missing package is installed; the package lists are asked for only when that failed once."""
    real = Path(sys.base_prefix) / "bin" / "python3"
    log = machine.folder / "log"
    machine.add("python3", f'[ -e "{log}.updated" ] && exec "{real}" "$@"\n{WITHOUT_ENSUREPIP}')
    machine.add("id", "echo 0")
    machine.add("apt-get", f'echo "$@" >>"{log}"\n[ "$1" = update ] && : >"{log}.updated"\n[ -e "{log}.updated" ]')

    done = machine.start(checkout)

    install = "install -y --no-install-recommends python3.11-venv"
    assert done.returncode == 0
    assert log.read_text().splitlines() == [install, "update", install]
