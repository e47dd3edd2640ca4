"""A program that is broken on purpose fails the rehearsal, which says where."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from rehearsal.bring_up import CHECKOUT
from rehearsal.servers.own_folder import own_folder
from tests.rehearsal.broken_program import copy_program, replace_once

pytestmark = pytest.mark.slow


@dataclass(frozen=True, kw_only=True)
class Break:
    """One fault."""

    file: str
    """Where it is."""
    before: str
    """What stood there."""
    after: str
    """What stands there now."""
    check: str
    """The check that must fail."""
    message: str
    """What it must say."""


BREAKS = {
    "typo in the canary's name": Break(
        file="Pulumi.postgres.yaml",
        before="- name: canary",
        after="- name: canari",
        check="canary: credentials_editor makes a short-lived role",
        message="expected an application canary in the settings, found erp, ",
    ),
    "function without security definer": Break(
        file="provider/postgres/lookup_function.py",
        before=" STABLE SECURITY DEFINER\n",
        after=" STABLE\n",
        check="rights: exactly those of the design",
        message="to be security definer, found that it is not",
    ),
    "grant missing": Break(
        file="components/app_database.py",
        before='"function": {args.superuser: ["EXECUTE", "OWNER"], args.pooler: ["EXECUTE"]}',
        after='"function": {args.superuser: ["EXECUTE", "OWNER"]}',
        check="rights: exactly those of the design",
        message="too few: function pgbouncer_auth EXECUTE",
    ),
}


@pytest.fixture
def place() -> Iterator[Path]:
    """Give a folder of its own."""
    with own_folder() as folder:
        yield folder


@pytest.mark.parametrize("name", BREAKS)
def test_rehearsal_fails_and_says_which(place: Path, name: str) -> None:
    """The rehearsal of a broken program ends with 1, and the report names the check."""
    broken = BREAKS[name]
    program = copy_program(place / "program")
    replace_once(program / broken.file, broken.before, broken.after)

    done = subprocess.run(
        [sys.executable, "-P", "-m", "ops", "rehearse", "--no-machines", "--no-edge", "--engine", "embedded",
         "--program", program, "--report", place / "report"],
        cwd=CHECKOUT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    report = json.loads((place / "report" / "report.json").read_text(encoding="utf-8"))
    failed = {check["name"]: check["message"] for check in report["checks"] if not check["passed"]}
    assert done.returncode == 1
    assert report["verdict"] == "failed"
    assert broken.message in failed[broken.check]
    assert f"FAILED {broken.check}" in done.stdout
