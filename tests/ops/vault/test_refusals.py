"""What `./factory vault` refuses before it contacts anything."""

import copy
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from ops.cli.exit_code import ExitCode
from ops.vault import app
from tests.ops.vault.laptop import SETTINGS

VAULT = {"url": "https://127.0.0.1:1", "key_file": "~/keys/keys.json"}
CONTENT = {"config": {"factory:settings": {**yaml.safe_load(SETTINGS.read_text()), "vault": VAULT}}}


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Ask for no production, and have a home of its own."""
    monkeypatch.delenv("FACTORY_TARGET", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def _typed(folder: Path, words: str, vault: object) -> Result:
    """Type `./factory vault` with *words* where the stack file says *vault*."""
    content = copy.deepcopy(CONTENT)
    content["config"]["factory:settings"]["vault"] = vault
    (folder / "Pulumi.hosts.yaml").write_text(yaml.safe_dump(content))
    verb, *more = words.split()
    return CliRunner().invoke(app, [verb, "--cwd", str(folder), *more])


@pytest.mark.parametrize("words", ["status", "init --yes", "unseal", "unseal --by-hand", "run -- true"])
def test_production_is_refused(tmp_path: Path, words: str) -> None:
    """Without the target nothing of production is contacted, not even to look."""
    done = _typed(tmp_path, words, {**VAULT, "url": "https://vault.arcodange.lab"})

    assert done.exit_code == ExitCode.NOT_SO
    assert "settings.vault.url: https://vault.arcodange.lab is production" in done.stderr
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("vault", "part"),
    [
        ({**VAULT, "threshold": 2}, "settings.vault.threshold: found 2. Expected at most shares"),
        ({**VAULT, "recipients": ["x"]}, "settings.vault.recipients[0]: is no PGP public key"),
        (None, "settings.vault is missing. Expected a mapping of url and key_file"),
    ],
)
def test_settings_are_refused(tmp_path: Path, vault: object, part: str) -> None:
    """A stack file without Vault, or with impossible shares, is named: exit code 3."""
    done = _typed(tmp_path, "status", vault)

    assert done.exit_code == ExitCode.LACKING
    assert part in done.stderr


def test_missing_stack_file(tmp_path: Path) -> None:
    """A folder without the stack file is named."""
    done = CliRunner().invoke(app, ["status", "--cwd", str(tmp_path)])

    assert done.exit_code == ExitCode.LACKING
    assert "Pulumi.hosts.yaml: cannot be read as the file of the stack hosts" in done.stderr


def test_unknown_command_makes_no_token(tmp_path: Path) -> None:
    """A mistyped command is found out before anything is asked."""
    done = _typed(tmp_path, "run -- no-such-program", VAULT)

    assert done.exit_code == ExitCode.WRONG_USE
    assert "no-such-program" in done.stderr
