"""The workflows of the forge."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

from ops.cli.verbs import find_verbs

FOLDER = Path(__file__).resolve().parents[2] / ".gitea" / "workflows"
FILES = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_only_commands_of_ours(file: Path) -> None:
    """No step uses what somebody else wrote; every verb that a step calls is there."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    verbs = {verb.name for verb in find_verbs()}

    for job in content["jobs"].values():
        assert all("uses" not in step and "run" in step for step in job["steps"])
        lines = [step["run"] for step in job["steps"] if "./factory" in step["run"]]
        assert lines
        for line in lines:
            words = shlex.split(line)
            assert {words[place + 1] for place, word in enumerate(words) if word == "./factory"} <= verbs


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_few_permissions(file: Path) -> None:
    """Permissions are named; nothing writes to the repository, only a plan to a pull request, only drift an issue."""
    permissions = yaml.safe_load(file.read_text(encoding="utf-8"))["permissions"]

    writing = {name for name, level in permissions.items() if level == "write"}
    assert writing <= {"id-token", "issues", "pull-requests"}
    assert ("pull-requests" in writing) == (file.stem == "plan")
    assert ("issues" in writing) == (file.stem == "drift")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_of_others_in_a_command(file: Path) -> None:
    """No title, branch or text that somebody chose is put into a shell command."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    runs = [step["run"] for job in content["jobs"].values() for step in job["steps"]]

    used = {name for run in runs for name in re.findall(r"\$\{\{\s*(\S+)\s*\}\}", run)}
    assert used <= {"github.event.pull_request.number", "matrix.stack"}


def test_secrets_only_where_the_command_is() -> None:
    """A fork's plan has no step with a secret, and the tests have none at all."""
    assert "secrets." not in (FOLDER / "test.yaml").read_text(encoding="utf-8")
    plan = yaml.safe_load((FOLDER / "plan.yaml").read_text(encoding="utf-8"))
    for step in plan["jobs"]["plan"]["steps"]:
        if "secrets." in str(step):
            assert step["if"] == "github.event.pull_request.head.repo.full_name == github.repository"
