"""Every command of the runbooks, tried on machines."""

import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from rehearsal.checks.hosts.runs import check_asked_again
from rehearsal.hosts.bring_up import HostsLab
from tests.rehearsal.hosts.runbook_commands import runbook_commands
from tests.rehearsal.hosts.trials import NOT_TRIED, TRIALS, Trial, as_here, page_of

PAGES = ("bring-up", "replace-a-host", "locked-out", "dns", "power-cut")
PATIENCE = 300


@pytest.mark.parametrize("page", PAGES)
def test_every_command_has_its_trial(page: str) -> None:
    """No command of the page is untried, unless it says why; none is tried that the page no longer has."""
    named = set(runbook_commands(page_of(page)))
    tried = {trial.command for trial in TRIALS if trial.page == page}

    assert named - tried - NOT_TRIED.keys() == set()
    assert tried - named == set()


def test_what_is_not_tried_is_named_somewhere() -> None:
    """A command that is excused stands in a page."""
    assert NOT_TRIED.keys() <= {command for page in PAGES for command in runbook_commands(page_of(page))}


@dataclass(frozen=True, kw_only=True)
class Operator:
    """Who follows the page: a folder with the stack, a home, and `ssh` that knows the machines."""

    lab: HostsLab
    home: Path

    def run(self, command: str) -> "subprocess.CompletedProcess[str]":
        """Type *command*; what it asks is answered with yes."""
        environment: Mapping[str, str] = {
            **self.lab.stack.environment(), "HOME": str(self.home), "PYTHONPATH": str(self.lab.program),
        }  # fmt: skip
        # The verbs bring options of their own for ssh; who types it has a configuration.
        path = f"{self.home}/bin:{environment['PATH']}" if command.startswith("ssh ") else environment["PATH"]
        # An engine asks on a terminal alone.
        answered = f"{command} --yes" if command.startswith("./factory up") else command
        words = self.lab.machines.command(["env", f"PATH={path}", "sh", "-c", answered])
        return subprocess.run(
            words, cwd=self.lab.stack.folder, env=environment, input="y\n" * 3, capture_output=True, text=True,
            check=False, timeout=PATIENCE,
        )  # fmt: skip


@pytest.fixture(scope="module")
def operator(up: HostsLab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """Keep the passwords of the stack as the page says; in the end everything is as declared."""
    home = tmp_path_factory.mktemp("operator")
    programs = home / "bin"
    programs.mkdir()
    machine = up.machines["pi1"]
    known = "".join(one.known_hosts.read_text() for one in up.machines)
    (home / "known_hosts").write_text(known)
    options = f"-F none -i {machine.key} -o UserKnownHostsFile={home}/known_hosts -o BatchMode=yes"
    _program(programs / "ssh", f'exec /usr/bin/ssh {options} "$@"')
    # As ./factory does: the program of the checkout, in the folder in which it is called.
    _program(up.stack.folder / "factory", f'exec {shlex.quote(sys.executable)} -P -m ops "$@"')
    done = Operator(lab=up, home=home)
    (home / "export.json").write_text(up.stack.export())
    kept = done.run(f"./factory hosts passwords <{home}/export.json")
    assert kept.returncode == 0, kept.stderr
    yield done
    check_asked_again(up)


def _program(file: Path, text: str) -> None:
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


@pytest.mark.long
@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: f"{trial.page}: {trial.command}"[:70])
def test_command_does_what_the_page_says(operator: Operator, trial: Trial) -> None:
    """The command ends and says what the page promises; where it changes a machine, the machine shows it."""
    machine = None if trial.where == "operator" else operator.lab.machines[trial.where]
    if machine is not None and trial.before:
        machine.run("sudo sh -s", given=trial.before)
    command = as_here(trial.command, names=trial.names or {})
    if machine is None:
        done = operator.run(command)
    elif trial.root:
        done = machine.run("sudo sh -s", given=command, check=False, timeout=PATIENCE)
    else:
        done = machine.run(command, check=False, timeout=PATIENCE)

    assert done.returncode == trial.code, done.stdout + done.stderr
    assert trial.said in done.stdout + done.stderr
    if machine is not None and trial.after:
        machine.run("sudo sh -s", given=trial.after)
