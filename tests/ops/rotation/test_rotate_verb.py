"""`./factory rotate`, where it does not get as far as a server."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from rehearsal.bring_up import CHECKOUT
from rehearsal.servers.throw_away_authority import ThrowAwayAuthority

NAME = "ssh-tofu-module-reader"
FILE = "Pulumi.main.yaml"


def _run(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, "-P", "-m", "ops", "rotate", *words, "--cwd", str(folder)], cwd=CHECKOUT,
        env={**clean, "COLUMNS": "200", **environment}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Give a folder with the settings of production, every address replaced by one where nobody answers."""
    shutil.copy(CHECKOUT / "Pulumi.yaml", tmp_path)
    content = yaml.safe_load((CHECKOUT / FILE).read_text(encoding="utf-8"))
    settings = content["config"]["factory:settings"]
    nowhere = "https://127.0.0.1:9"
    settings.update(
        ca_file=str(tmp_path / "root.pem"), forge={"url": nowhere}, kubernetes={"url": nowhere},
        vault={"url": nowhere}, tokens={"issuer": nowhere, "discovery_url": nowhere, "audience": "vault"},
        database={"host": "127.0.0.1", "port": 9, "sslmode": "require"},
    )  # fmt: skip
    for cloud in ("cloudflare", "ovh", "google"):
        settings.pop(cloud, None)
    (tmp_path / FILE).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return tmp_path


def test_production_must_be_meant_by_name() -> None:
    """The file of the checkout leads to production: nothing is contacted or written, and the way is told."""
    before = (CHECKOUT / FILE).read_bytes()

    done = _run(CHECKOUT, NAME, "--yes", VAULT_TOKEN="x", GITEA_TOKEN="x")  # noqa: S106 - sent to nobody

    assert done.returncode == 1
    assert "is production" in done.stderr
    assert (CHECKOUT / FILE).read_bytes() == before


def test_the_list_contacts_nobody() -> None:
    """What can be renewed is in the stack file: names, numbers and homes, and no value."""
    done = _run(CHECKOUT, "--list", "--json")

    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert done.returncode == 0
    assert rows[NAME] == {
        "name": NAME, "current": 1, "kept": [], "vault": "kvv1/gitea/tofu_module_reader", "gitea": "arcodange-org",
        "secrets": ["TERRAFORM_SSH_KEY"],
    }  # fmt: skip


def test_a_renewal_under_way_is_listed(elsewhere: Path) -> None:
    """The list says where an interrupted renewal is."""
    file = elsewhere / FILE
    line = f"""'{{"{NAME}": {{"current": 2, "kept": [], "ending": [1]}}}}'"""
    file.write_text(file.read_text(encoding="utf-8").replace("'{}'", line), encoding="utf-8")

    done = _run(elsewhere, "--list")

    assert f"{NAME}  number 2, ending [1]  kvv1/gitea/tofu_module_reader  arcodange-org" in done.stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["unheard-of", "--yes"], 2, f"expected one of {NAME}, found 'unheard-of'"),
        (["--yes"], 2, f"expected one of {NAME}, found ''"),
        ([NAME], 2, "expected --yes, since nobody can be asked here"),
        ([NAME, "--json"], 2, "expected --yes, since nobody can be asked here"),
        ([NAME, "--yes"], 3, "VAULT_TOKEN or TERRAFORM_VAULT_AUTH_JWT is not set"),
    ],
)
def test_what_is_refused_changes_nothing(elsewhere: Path, words: list[str], code: int, said: str) -> None:
    """A wrong word ends with 2, a missing credential with 3; the stack file is as before."""
    before = (elsewhere / FILE).read_bytes()

    done = _run(elsewhere, *words)

    assert done.returncode == code, done.stderr
    assert said in " ".join(done.stderr.replace("│", " ").split())
    assert (elsewhere / FILE).read_bytes() == before


@pytest.mark.slow
def test_a_server_that_is_not_there(elsewhere: Path) -> None:
    """The first question fails before anything is written, and the same again is recommended."""
    (elsewhere / "root.pem").write_text(ThrowAwayAuthority().root, encoding="utf-8")
    before = (elsewhere / FILE).read_bytes()

    done = _run(elsewhere, NAME, "--yes", "--json", VAULT_TOKEN="x", GITEA_TOKEN="x")  # noqa: S106 - sent to nobody

    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert (told["numbers"], told["done"]) == ({"current": 1, "kept": []}, [])
    assert "could not connect to Vault" in told["error"]
    assert f"run the same again: ./factory rotate {NAME}" in done.stderr
    assert (elsewhere / FILE).read_bytes() == before


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """Without the stack file the exit code is 3, and the file is named."""
    done = _run(tmp_path, "--list")

    assert done.returncode == 3
    assert "Pulumi.yaml: no such file" in done.stderr
