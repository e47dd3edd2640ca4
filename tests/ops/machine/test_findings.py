"""What doctor says about a machine, each with real files and the real system."""

import importlib.metadata
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.lock import StackLock
from ops.machine.certificates import certificates
from ops.machine.clock import clock
from ops.machine.disk import disk
from ops.machine.key_files import key_files
from ops.machine.locks import locks
from ops.machine.plugins import plugins
from ops.machine.versions import versions

REPOSITORY = Path(__file__).resolve().parents[3]


def test_versions_as_pinned() -> None:
    """The environment that runs this test is the one of the requirement files."""
    found = versions(REPOSITORY)

    assert found.ok, found.found


def test_another_version_is_named(tmp_path: Path) -> None:
    """A package of another version, and one that is not there, are named with what was pinned."""
    (tmp_path / "requirements.txt").write_text("typer==0.0.1 \\\nno-such-package==1.0\nelsewhere==1 ; 1 == 2\n")

    found = versions(tmp_path)

    assert not found.ok
    assert "typer: pinned 0.0.1, found " in found.found
    assert "no-such-package: pinned 1.0, found none" in found.found
    assert "elsewhere" not in found.found


def test_plugins_of_other_versions_are_missing(tmp_path: Path) -> None:
    """A plugin counts with the version of its package only; the rest is named, with what brings it, and is no fault."""
    version = importlib.metadata.version("pulumi-random")
    for each in ("0.0.1", version):
        before = plugins(tmp_path)
        assert f"random {version}" in before.found
        assert f"pulumi plugin install resource random {version}" in before.fix
        place = tmp_path / f"resource-random-v{each}"
        place.mkdir()
        (place / "pulumi-resource-random").touch()
    found = plugins(tmp_path)

    assert "random" not in found.found
    assert "vault" in found.found
    assert not found.needed


@pytest.mark.parametrize(("needed", "ok"), [(0, True), (10**9, False)])
def test_room_on_the_disk(tmp_path: Path, needed: int, *, ok: bool) -> None:
    """A folder that is not there yet is measured where it would be made."""
    found = disk(tmp_path / "not" / "yet", needed_gib=needed)

    assert found.ok == ok
    assert bool(found.fix) != ok


def test_clock_is_never_a_reason_to_stop() -> None:
    """Whatever this system says of its clock, tests and rehearsal may run."""
    assert not clock().needed


def test_open_key_file_is_named(tmp_path: Path) -> None:
    """A file that others may read is named with the command that closes it; a closed or missing one is not."""
    closed, opened = tmp_path / "closed", tmp_path / "opened"
    for file, mode in ((closed, 0o600), (opened, 0o640)):
        file.write_text("secret")
        file.chmod(mode)

    assert key_files([closed, tmp_path / "missing"]).ok
    found = key_files([closed, opened])
    assert not found.ok
    assert found.found == f"{opened} has mode 640"
    assert found.fix == f"chmod 600 {opened}"


def _certificate(folder: Path, *, days: int) -> Path:
    file = folder / f"{days}.pem"
    words = ["req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", "/CN=lab", "-days", str(days)]
    words += ["-keyout", "/dev/null", "-out", str(file)]
    subprocess.run(["openssl", *words], check=True, capture_output=True)  # noqa: S607 - the openssl of this machine
    return file


def test_certificates_that_end(tmp_path: Path) -> None:
    """One that lives is fine, one that ends soon or has ended is named, and so is a file without any."""
    long, short = _certificate(tmp_path, days=400), _certificate(tmp_path, days=10)
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")

    assert certificates([long, tmp_path / "missing"]).ok
    assert f"{short} ends on " in certificates([long, short]).found
    assert f"{short} has ended on " in certificates([short], now=datetime.now(UTC) + timedelta(days=20)).found
    assert certificates([broken]).found == f"{broken} holds no certificate as PEM text"


def test_lock_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real lock of the embedded engine is shown with its owner while it is held, and not afterwards."""
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    (tmp_path / "Pulumi.yaml").write_text("name: small\nruntime: python\nbackend:\n  url: file://./state\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("{}\n")

    with StackLock(tmp_path / "state" / ".pulumi" / "locks" / "organization" / "small" / "dev"):
        held = locks(tmp_path)
    assert not held.ok
    assert held.found.startswith("dev: ")
    assert "process " in held.found
    assert held.found.endswith(", 0 min")
    assert locks(tmp_path).ok


def test_a_stack_that_nobody_looked_at_is_not_called_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state at a place that cannot be asked here is said to be so."""
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://somewhere")
    (tmp_path / "Pulumi.yaml").write_text("name: small\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("{}\n")

    found = locks(tmp_path)

    assert not found.ok
    assert found.found.startswith("dev: not looked at: ")
