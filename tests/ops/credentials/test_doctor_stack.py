"""`./factory doctor STACK`."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from pydantic import JsonValue

from rehearsal.bring_up import CHECKOUT
from rehearsal.doubles.ovh.ovh_double import OvhDouble
from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.vault import VaultServer
from rehearsal.stack_files import production_settings

PUBLISHED: JsonValue = {"place": "my-org/cms", "path": "kvv1/ovh/client"}


def _run(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, "-P", "-m", "ops", "doctor", *words, "--cwd", str(folder)], cwd=CHECKOUT,
        env={**clean, "COLUMNS": "200", **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def _write(folder: Path, stack: str, settings: Mapping[str, JsonValue]) -> None:
    content = {"config": {"factory:settings": dict(settings)}}
    (folder / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")


def _nowhere(tmp_path: Path, *, vault: str = "https://127.0.0.1:9", ovh: str | None = None) -> dict[str, JsonValue]:
    """Return the settings of production with every address replaced."""
    root = tmp_path / "root.pem"
    return {
        **{
            name: value
            for name, value in production_settings(CHECKOUT, stack="main").items()
            if name not in {"cloudflare", "google", "module_reader"}
        },
        "ca_file": str(root),
        "forge": {"url": "https://127.0.0.1:9"},
        "vault": {"url": vault},
        "tokens": {"issuer": "https://127.0.0.1:9", "discovery_url": "https://127.0.0.1:9", "audience": "vault"},
        "kubernetes": {"url": "https://127.0.0.1:9"},
        "database": {"host": "127.0.0.1", "port": 9, "sslmode": "require"},
        "ovh": {
            "api": ovh,
            "endpoint": ovh,
            "clients": [{"name": "cms", "zone": "example.org", "published": PUBLISHED}],
        },
    }


@pytest.mark.parametrize("stack", ["hosts", "main", "postgres"])
def test_production_must_be_meant_by_name(stack: str) -> None:
    """The files of the checkout lead to production: nothing is contacted, and the way to ask for it is told."""
    done = _run(CHECKOUT, stack, PGPASSWORD="x", VAULT_TOKEN="x")  # noqa: S106 - sent to nobody

    assert done.returncode == 1
    assert "is production" in done.stderr
    assert "Nothing was contacted" in done.stderr
    assert not done.stdout


def test_only_what_the_stack_needs_is_asked_for(tmp_path: Path) -> None:
    """When all are missing, each that the settings need is named once and nothing else; the exit code is 3."""
    with OvhDouble() as double:
        _write(tmp_path, "main", _nowhere(tmp_path, ovh=double.address))

        done = _run(tmp_path, "main", "--json")

        assert not double.requests
    told = json.loads(done.stdout)
    assert done.returncode == 3
    assert (told["stack"], told["ok"]) == ("main", False)
    assert [(one["name"], one["state"]) for one in told["findings"]] == [
        ("VAULT_TOKEN or TERRAFORM_VAULT_AUTH_JWT", "missing"),
        ("GITEA_TOKEN", "missing"),
        ("OVH_APPLICATION_KEY, OVH_APPLICATION_SECRET, OVH_CONSUMER_KEY", "missing"),
    ]


@pytest.mark.slow
def test_each_credential_has_its_line(tmp_path: Path) -> None:
    """The good and the bad stand side by side; one that is refused makes the exit code 1; no value is printed."""
    with own_folder() as folder, VaultServer(folder=folder / "vault") as vault, OvhDouble() as double:
        vault.initialise()
        (tmp_path / "root.pem").write_text(vault.authority.root, encoding="utf-8")
        _write(tmp_path, "main", _nowhere(tmp_path, vault=vault.address, ovh=double.address))
        keys = {**double.environment, "OVH_CONSUMER_KEY": "unheard-of"}

        done = _run(tmp_path, "main", VAULT_TOKEN=vault.root_token, **keys)

    assert done.returncode == 1
    assert "ok: VAULT_TOKEN or TERRAFORM_VAULT_AUTH_JWT: root, without an end" in done.stdout
    assert "missing: GITEA_TOKEN: GITEA_TOKEN is not set" in done.stdout
    assert "expired: OVH_APPLICATION_KEY, OVH_APPLICATION_SECRET, OVH_CONSUMER_KEY: " in done.stdout
    said = done.stdout + done.stderr
    assert not [value for value in (vault.root_token, *keys.values()) if value in said]


def test_the_authority_is_not_there(tmp_path: Path) -> None:
    """Without the lab's root nothing is sent, and the setting that names it is told."""
    with OvhDouble() as double:
        _write(tmp_path, "main", _nowhere(tmp_path, ovh=double.address))

        done = _run(tmp_path, "main", VAULT_TOKEN="x")  # noqa: S106 - sent to nobody

    assert "certificate not trusted: VAULT_TOKEN or TERRAFORM_VAULT_AUTH_JWT: the authority for Vault" in done.stdout
    assert "settings.ca_file" in done.stdout


@pytest.mark.parametrize(
    ("stack", "said"),
    [
        ("main", "cannot be read as the file of the stack main: FileNotFoundError"),
        ("postgres", "settings.org: missing. Expected"),
        ("nothing", "unknown stack 'nothing'. Expected one of: hosts, main, postgres"),
    ],
)
def test_a_stack_that_says_too_little(tmp_path: Path, stack: str, said: str) -> None:
    """A file that is not there or is refused ends with 3 and what is wrong with it."""
    _write(tmp_path, "postgres", {})

    done = _run(tmp_path, stack)

    assert done.returncode == 3
    assert said in done.stderr
