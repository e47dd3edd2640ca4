"""Debian packages: which are there, and how the missing ones come."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

UPDATE = ("apt-get", "update", "-qq")
INSTALL = ("apt-get", "install", "-y", "--no-install-recommends")
POLICY = Path("/usr/sbin/policy-rc.d")
REFUSE_STARTS = "#!/bin/sh\nexit 101\n"


class PackagesMissingError(Exception):
    """Debian packages are missing and cannot be installed here; the text names them and the command."""


def needed_packages() -> tuple[str, ...]:
    """Return what tests and rehearsal use besides what the Python packages bring."""
    release = Path("/etc/os-release")
    is_debian_12 = release.exists() and "VERSION_CODENAME=bookworm" in release.read_text().splitlines()
    # The tests look at the page for people in a browser, and encrypt shares of Vault's keys to people.
    packages = ("chromium-headless-shell", "gpg", "gpg-agent", "pgbouncer")
    # PostgreSQL 15 is that of Debian 12; elsewhere the tests with 15 are skipped, 16 and 18 come with Python packages.
    return (*packages, "postgresql-15") if is_debian_12 else packages


def missing(packages: Sequence[str]) -> list[str]:
    """Return those of *packages* that are not installed; on another system, those whose program is not on PATH."""
    if shutil.which("dpkg-query") is None:
        return [package for package in packages if shutil.which(package) is None]
    query = ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *packages]
    lines = subprocess.run(query, capture_output=True, text=True, check=False).stdout.splitlines()
    return [package for package in packages if f"{package} installed" not in lines]


def install_command(packages: Sequence[str]) -> str:
    """Return the command that a user types to install *packages*."""
    if shutil.which("apt-get") is None and shutil.which("brew") is not None:
        return " ".join(["brew", "install", *packages])
    sudo = "" if os.geteuid() == 0 else "sudo "
    return sudo + " ".join([*INSTALL, *packages])


def ensure(packages: Sequence[str], *, policy: Path = POLICY) -> list[str]:
    """Install those of *packages* that are missing and return their names; as root on Debian only."""
    absent = missing(packages)
    if not absent:
        return []
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise PackagesMissingError(
            f"the packages {', '.join(absent)} are missing; install them with: {install_command(absent)}",
        )
    with _no_service_starts(policy):
        problem = _install(absent)
        if problem:
            # The package lists may be absent or older than the archive; only then are they asked for.
            subprocess.run([*UPDATE], env=_environment(), capture_output=True, check=False)
            problem = _install(absent)
    if problem:
        raise PackagesMissingError(f"apt-get could not install {', '.join(absent)}: {problem}")
    return absent


def _install(packages: Sequence[str]) -> str:
    """Install and return nothing, or what apt-get said."""
    done = subprocess.run([*INSTALL, *packages], env=_environment(), capture_output=True, text=True, check=False)
    return (done.stderr.strip() or f"exit code {done.returncode}") if done.returncode else ""


def _environment() -> dict[str, str]:
    return {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}


@contextmanager
def _no_service_starts(policy: Path) -> Iterator[None]:
    """Keep the new packages from starting their services: only their programs are wanted, on ports of our own."""
    if policy.exists():
        yield
        return
    policy.write_text(REFUSE_STARTS)
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink(missing_ok=True)
