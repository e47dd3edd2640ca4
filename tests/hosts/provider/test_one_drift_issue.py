"""Changed by hand in five systems: one issue, written by two who cannot ask what the other one asks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rehearsal.bring_up import Wishes, bring_up
from rehearsal.checks.main.runs import check_first_run
from rehearsal.gate.edge_by_hand import changed_by_hand
from rehearsal.gate.edge_gate import edge_gate
from rehearsal.gate.forge import REPOSITORY, Forge
from rehearsal.lab import expect_success
from rehearsal.machines.machines import Machines
from rehearsal.main.bring_up import bring_up_main
from rehearsal.servers.own_folder import own_folder
from tests.hosts.demo_layers import FOLDER, NOTE
from tests.hosts.provider.project import ROOT, Project, layer, steps
from tests.hosts.worker.process import address_of

pytestmark = pytest.mark.long

WISHES = Wishes(engine="embedded", providers="standin")


def test_five_systems_one_issue(lab: Machines, tmp_path: Path) -> None:
    """Four systems are asked by the workflow, a host by the operator: one list, which closes when all are repaired."""
    pi1 = lab["pi1"]
    pi1.run(f"sudo rm -rf {FOLDER}")
    with own_folder() as folder, lab.inside(), bring_up(folder, WISHES, say=print) as databases:
        expect_success(databases.stack.run("up"))
        with bring_up_main(folder, WISHES, databases, say=print) as edge:
            check_first_run(edge)
            project = Project(tmp_path, None)
            project.declare(layer("note", address_of(pi1)))
            assert steps(project.run("up")) == {"note": "create"}
            with edge_gate(folder, edge) as gate:
                forge = gate.forge
                with changed_by_hand(edge) as changed:
                    pi1.run(f"echo other | sudo tee {NOTE}")
                    by_operator = _of_hosts(project, forge)
                    by_workflow = forge.run("drift", "main", "--issue")
                assert (by_operator.returncode, by_workflow.returncode) == (1, 1), by_operator.stderr
                ((state, title, body),) = _issues(forge)
                assert (state, title) == ("open", f"Drift: {len(changed) + 1} in main, postgres, test")
                assert len(changed) + 1 == body.count("**changed**") == 5

                assert forge.run("drift", "main", "--issue").returncode == 0
                assert [issue[:2] for issue in _issues(forge)] == [("open", "Drift: 1 in test")]
                assert steps(project.run("up", "--refresh")) == {"note": "update"}
                assert _of_hosts(project, forge).returncode == 0
                assert [state for state, _, _ in _issues(forge)] == ["closed"]


def _of_hosts(project: Project, forge: Forge) -> "subprocess.CompletedProcess[str]":
    """Ask the machine as the operator does."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PULUMI_", "FACTORY_"))}
    own = {
        "PYTHONPATH": str(ROOT), "PULUMI_BACKEND_URL": (project.folder / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "demo", "PULUMI_HOME": str(project.folder / "home"),
    }  # fmt: skip
    return subprocess.run(
        [
            sys.executable, "-P", "-m", "ops", "drift", "test", "--issue", "--engine", "embedded",
            "--cwd", str(project.folder),
        ],
        env={**inherited, **forge.environment(commit=""), **own}, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


def _issues(forge: Forge) -> list[tuple[str, str, str]]:
    listed = forge.call("GET", f"/repos/{REPOSITORY}/issues?state=all&type=issues").json()
    return [(str(each["state"]), str(each["title"]), str(each["body"])) for each in listed]
