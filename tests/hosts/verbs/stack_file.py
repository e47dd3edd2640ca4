"""A stack file of the machines of the lab, and the verbs that read it."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml
from pydantic import JsonValue

from rehearsal.hosts.host_settings import rehearsal_host_settings
from rehearsal.machines.machines import Machines
from rehearsal.stack_files import production_settings

ROOT = Path(__file__).resolve().parents[3]
BUILT: dict[str, JsonValue] = {"url": "http://10.77.0.1:8080/none", "sha256": "0" * 64}


def stack_file(lab: Machines, folder: Path) -> Path:
    """Write the stack file of the machines into *folder*, and return that."""
    settings = rehearsal_host_settings(
        production_settings(ROOT, stack="hosts"), lab, gateway=lab.gateway, registry="http://10.77.0.1:5000",
        built={"step_ca": BUILT, "step_cli": BUILT}, key_file=folder / "keys" / "keys.json",
    )  # fmt: skip
    write(folder, settings)
    return folder


def write(folder: Path, settings: Mapping[str, object]) -> None:
    """Write the stack file."""
    (folder / "Pulumi.hosts.yaml").write_text(yaml.safe_dump({"config": {"factory:settings": settings}}))


def verb(
    lab: Machines, folder: Path, *words: str, given: str = "", before: Sequence[str] = ()
) -> "subprocess.CompletedProcess[str]":
    """Run `./factory hosts` in the network of the machines."""
    secrets = ["--secrets", str(folder / "secrets.json")] if words[0] in {"check", "apply"} else []
    command = [sys.executable, "-P", "-m", "ops", "hosts", *words, "--cwd", str(folder), *secrets]
    return subprocess.run(
        lab.command([*before, *command]),
        cwd=ROOT,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
