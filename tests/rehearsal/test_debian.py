"""Debian packages are looked for, named and installed."""

import os
from pathlib import Path

import pytest

from rehearsal.debian import PackagesMissingError, ensure, install_command, missing

ONLY_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root installs packages")
ONLY_USER = pytest.mark.skipif(os.geteuid() == 0, reason="root installs instead of naming the command")


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a dpkg-query and an apt-get on PATH that know one installed package and install nothing."""
    log = tmp_path / "log"
    programs = {
        "dpkg-query": 'echo "there installed"; echo "halfway half-configured"',
        "apt-get": f'echo "$1 $4 $(test -e "{tmp_path}/policy" && echo quiet)" >>"{log}"\n'
        f'[ "$1" = update ] && exit 0\n[ "$(wc -l <"{log}")" -gt 1 ] || {{ echo "no such package" >&2; exit 100; }}',
    }
    for name, script in programs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return tmp_path


def test_only_what_is_whole_counts(archive: Path) -> None:
    """A package that is absent or only half installed is missing."""
    assert archive
    assert missing(["there", "halfway", "absent"]) == ["halfway", "absent"]


def test_nothing_missing_installs_nothing(archive: Path) -> None:
    """Packages that are there are left alone."""
    assert ensure(["there"]) == []
    assert not (archive / "log").exists()


@ONLY_ROOT
def test_lists_are_updated_only_after_a_failure(archive: Path) -> None:
    """The first try fails, the lists are updated, the second works; no service may start meanwhile, nothing stays."""
    assert ensure(["absent"], policy=archive / "policy") == ["absent"]

    assert (archive / "log").read_text().splitlines() == [
        "install absent quiet",
        "update  quiet",
        "install absent quiet",
    ]
    assert not (archive / "policy").exists()


@ONLY_USER
def test_normal_user_gets_the_command(archive: Path) -> None:
    """A normal user is told what to type, and nothing is installed."""
    with pytest.raises(PackagesMissingError, match="sudo apt-get install -y --no-install-recommends absent"):
        ensure(["absent"])
    assert not (archive / "log").exists()


def test_command_installs_all_at_once() -> None:
    """The command that is named takes several packages."""
    assert install_command(["one", "two"]).endswith("apt-get install -y --no-install-recommends one two")
