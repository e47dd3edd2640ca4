"""The workflows of the forge."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from ops.cli.verbs import find_verbs
from ops.credentials.stack_settings import stack_settings
from stacks.credentials import CLOUDFLARE, GITEA, GOOGLE, OVH, POSTGRES, VAULT, main_credentials
from stacks.main_settings import read_main_settings

FOLDER = Path(__file__).resolve().parents[2] / ".gitea" / "workflows"
STACKS = {"postgres", "main"}
CREDENTIALS = {name for each in (POSTGRES, GITEA, GOOGLE, CLOUDFLARE, *OVH) for name in each.variables}
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
    assert used <= {"github.event.pull_request.number"}


def test_secrets_only_where_the_command_is() -> None:
    """A fork's plan has no step with a secret, and the tests have none at all."""
    assert "secrets." not in (FOLDER / "test.yaml").read_text(encoding="utf-8")
    plan = yaml.safe_load((FOLDER / "plan.yaml").read_text(encoding="utf-8"))
    for step in plan["jobs"]["plan"]["steps"]:
        if "secrets." in str(step):
            assert step["if"].endswith("github.event.pull_request.head.repo.full_name == github.repository")
            assert "||" not in step["if"].rpartition(" && ")[2]


def test_every_credential_of_a_stack() -> None:
    """A step has each credential that its stack and the state need; a plan has those that only read."""
    main = read_main_settings(stack_settings(FOLDER.parents[1], "main"))
    wanted = {
        "postgres": {each.variables for each in (POSTGRES, GOOGLE)},
        "main": {each.variables for each in (*main_credentials(main), GOOGLE) if each != VAULT},
    }
    for name in ("plan", "apply", "drift"):
        for step in _steps(name):
            for stack in STACKS.intersection(step["run"].split()):
                missing = [names for names in wanted[stack] if not any(each in step["env"] for each in names)]
                assert missing == [], f"{name}, {stack}"
            values = {key: value for key, value in step["env"].items() if key in CREDENTIALS}
            assert all(("secrets.PLAN_" in value) == (name != "apply") for value in values.values()), name


def test_databases_before_what_logs_in_to_them() -> None:
    """One job plans and applies the stacks in order: jobs of a matrix begin by the alphabet, with `main`."""
    for name in ("plan", "apply"):
        runs = [step["run"].split() for step in _steps(name)]
        assert [next(stack for stack in run if stack in STACKS) for run in runs] == ["postgres", "main"]


def _steps(name: str) -> list[dict[str, Any]]:
    (job,) = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))["jobs"].values()
    return [step for step in job["steps"] if "./factory" in step["run"]]
