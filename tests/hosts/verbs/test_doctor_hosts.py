"""`./factory doctor hosts`: which machine can be reached, and why another cannot."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from rehearsal.machines.machines import Machines
from tests.hosts.verbs.stack_file import ROOT, stack_file


@pytest.mark.long
def test_each_machine_has_its_line(lab: Machines, tmp_path: Path) -> None:
    """A machine that lets us in, one that knows no such user, and one where nobody listens stand side by side."""
    file = stack_file(lab, tmp_path) / "Pulumi.hosts.yaml"
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    hosts = {host["name"]: host for host in content["config"]["factory:settings"]["hosts"]}
    hosts["pi2"]["user"] = "nobody"
    hosts["pi3"]["port"] = 9
    file.write_text(yaml.safe_dump(content), encoding="utf-8")

    command = [sys.executable, "-P", "-m", "ops", "doctor", "hosts", "--json", "--cwd", str(tmp_path)]
    done = subprocess.run(lab.command(command), cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 1, done.stderr
    found = {each["name"]: each for each in json.loads(done.stdout)["findings"]}
    assert {name: each["state"] for name, each in found.items()} == {
        "SSH to pi1": "ok", "SSH to pi2": "refused", "SSH to pi3": "unreachable",
    }  # fmt: skip
    assert found["SSH to pi1"]["found"].startswith(f"root on {lab['pi1'].address}, machine-id ")
    assert "user nobody" in found["SSH to pi2"]["found"]
    assert "no SSH server listens there" in found["SSH to pi3"]["found"]
