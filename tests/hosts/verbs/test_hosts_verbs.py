"""The verbs `./factory hosts`, on machines, without any engine."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from rehearsal.machines.machines import Machines
from tests.hosts.verbs.stack_file import ROOT, stack_file, verb, write

HOST_FILE = "/etc/hosts"
# ssh looks in the home that the user database names, whatever HOME says.
OWN_KNOWN_HOSTS = (
    'home=$(getent passwd "$(id -u)" | cut -d: -f6) && mkdir -p "$home/.ssh" && '
    'mount -t tmpfs tmpfs "$home/.ssh" && exec "$@"'
)


@pytest.fixture
def stack(lab: Machines, tmp_path: Path) -> Path:
    """Write the stack file of the machines; return its folder."""
    return stack_file(lab, tmp_path)


def settings_of(folder: Path) -> dict[str, Any]:
    """Return the settings in the stack file."""
    content: dict[str, Any] = yaml.safe_load((folder / "Pulumi.hosts.yaml").read_text())
    settings: dict[str, Any] = content["config"]["factory:settings"]
    return settings


def test_facts(lab: Machines, stack: Path) -> None:
    """A machine is described, its disks with stable ids among it."""
    answer = json.loads(verb(lab, stack, "facts", "pi2", "--json").stdout)
    assert answer["name"] == "pi2"
    assert lab["pi2"].disk_name in answer["disk ids"]


def test_check_names_what_would_change(lab: Machines, stack: Path) -> None:
    """One layer of one machine is asked, the difference is shown, exit code 1 says that there is one."""
    done = verb(lab, stack, "check", "--host", "pi1", "--layer", "base", "--diff")
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("pi1 base: would change: ")
    assert f"+{lab['pi2'].address} pi2" in done.stdout.replace("\t", " ")
    assert "pi2 base" not in done.stdout


@pytest.mark.slow
def test_apply_then_nothing_to_do(lab: Machines, stack: Path) -> None:
    """A layer is applied to one machine; the second check has nothing to say and exit code 0."""
    try:
        applied = verb(lab, stack, "apply", "--host", "pi3", "--layer", "base", "--yes")
        assert applied.returncode == 0, applied.stdout + applied.stderr
        assert applied.stdout.startswith("pi3 base: changed: ")
        asked = verb(lab, stack, "check", "--host", "pi3", "--layer", "base")
        assert (asked.returncode, asked.stdout) == (0, "pi3 base: as declared\n")
    finally:
        lab["pi3"].reset()
        lab["pi3"].start()


def test_passwords_are_made_by_apply_alone(lab: Machines, stack: Path) -> None:
    """A check makes no password and says which is missing; nothing is written."""
    done = verb(lab, stack, "check", "--host", "pi1", "--layer", "pki")
    assert done.returncode == 1
    assert "layer pki: there is no password ca yet; `./factory hosts apply` makes it" in done.stdout
    assert not (stack / "secrets.json").exists()


def test_readable_passwords_are_refused(lab: Machines, stack: Path) -> None:
    """A file of passwords that others may read is not used."""
    (stack / "secrets.json").write_text("{}")
    (stack / "secrets.json").chmod(0o644)
    done = verb(lab, stack, "check", "--layer", "base")
    assert done.returncode == 3
    assert "others may read it. Expected mode 600: chmod 600" in done.stderr


def test_unreachable_machine_fails_alone(lab: Machines, stack: Path) -> None:
    """A machine that cannot be reached is told with its cause; the others are asked."""
    settings = settings_of(stack)
    first, *others = settings["hosts"]
    write(stack, {**settings, "hosts": [{**first, "port": 1}, *others]})
    done = verb(lab, stack, "check", "--layer", "base", "--json")
    results = {one["host"]: one for one in json.loads(done.stdout)["results"]}
    assert "the connection was refused" in results["pi1"]["error"]
    assert results["pi2"]["pending"]
    assert results["pi3"]["pending"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["check", "--layer", "bse"], 2, "unknown layer bse"),
        (["check", "--host", "pi9"], 2, "unknown machine pi9"),
        (["facts", "pi9"], 2, "unknown machine pi9"),
    ],
    ids=["layer", "host", "facts"],
)
def test_wrong_names(lab: Machines, stack: Path, words: list[str], code: int, said: str) -> None:
    """A machine or a layer that does not exist is wrong use."""
    done = verb(lab, stack, *words)
    assert done.returncode == code
    assert said in done.stderr


def test_production_is_refused() -> None:
    """The stack file as it is committed is refused unless production is asked for by name."""
    command = [sys.executable, "-P", "-m", "ops", "hosts", "check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "settings.hosts[0].address: 192.168.1.201 is production" in done.stderr


def test_trust(lab: Machines, stack: Path) -> None:
    """An unknown key is shown and kept when a person agrees; then the machine answers, and is known already."""
    settings = settings_of(stack)
    unknown = [{key: value for key, value in host.items() if key != "host_key"} for host in settings["hosts"]]
    write(stack, {**settings, "hosts": unknown})
    factory = f"{sys.executable} -P -m ops hosts"
    script = (
        f"echo n | {factory} trust pi1 --cwd {stack}; echo refused $?; {factory} facts pi1 --cwd {stack} >&2; "
        f"echo unknown $?; echo y | {factory} trust pi1 --cwd {stack}; echo kept $?; "
        f"{factory} facts pi1 --cwd {stack} | head -1; {factory} trust pi1 --cwd {stack}; echo again $?"
    )
    command = ["unshare", "--mount", "sh", "-c", OWN_KNOWN_HOSTS, "sh", "sh", "-c", script]
    done = subprocess.run(lab.command(command), cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    public = lab["pi1"].run("ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub").stdout.split()[1]
    assert done.stdout.count(f"pi1 ({lab['pi1'].address}): {public}") == 2, done.stdout + done.stderr
    assert "refused 1" in done.stdout
    assert "unknown 1" in done.stdout
    assert f"host_key: {lab['pi1'].host_key}\nkept 0\nname          pi1\n" in done.stdout
    assert done.stdout.endswith("its key is known already\nagain 0\n")
