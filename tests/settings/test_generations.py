"""Which number each credential has, and which credentials there are."""

import json
from pathlib import Path

import pytest
import yaml

from components.generation import Generation
from stacks.credential_table import FIELDS, credential_table
from stacks.credentials import main_credentials
from stacks.faults import RefusedSettingsError
from stacks.generations import read_generations
from stacks.main_settings import MainSettings, read_main_settings

FOLDER = Path(__file__).parent / "main" / "valid"
KNOWN = ("r2-my-state", "ovh-site")


def _settings(name: str) -> MainSettings:
    return read_main_settings(json.dumps(yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))))


def test_credentials_of_the_settings() -> None:
    """Every credential that the settings ask for has a name of its own, two homes and fields; no cloud, none."""
    table = [*credential_table(_settings("everything"))]

    assert [credential.name for credential in table] == [
        "r2-my-state", "cloudflare-site", "ovh-site", "gcs-my-backup", "off-site-my-archives",
        "client-my-org", "client-other-org", "ci-factory", "ci-webapp", "ci-site", "plan-factory", "ssh-module-reader",
    ]  # fmt: skip
    assert {credential.kind for credential in table} == set(FIELDS)
    assert all(credential.fields for credential in table)
    assert [*credential_table(_settings("least"))] == []


def test_only_what_is_needed_is_asked_for() -> None:
    """Without a cloud no credential of one is needed; with all of them each is named with its variable."""
    least = [credential.variables for credential in main_credentials(_settings("least"))]
    most = [variable for credential in main_credentials(_settings("everything")) for variable in credential.variables]

    assert least == [("VAULT_TOKEN", "TERRAFORM_VAULT_AUTH_JWT"), ("GITEA_TOKEN",)]
    assert set(most) - {variable for variables in least for variable in variables} == {
        "CLOUDFLARE_API_TOKEN", "GOOGLE_CREDENTIALS", "OVH_APPLICATION_KEY", "OVH_APPLICATION_SECRET",
        "OVH_CONSUMER_KEY",
    }  # fmt: skip


@pytest.mark.parametrize("text", [None, "", "{}"])
def test_each_credential_begins_with_its_first(text: str | None) -> None:
    """Without a word about it a credential has the number 1."""
    assert read_generations(text, known=KNOWN) == dict.fromkeys(KNOWN, Generation())


def test_numbers_are_read() -> None:
    """The current number and those kept are the stack's; what only the renewal must remember is not."""
    text = '{"ovh-site": {"current": 3, "kept": [2], "ending": [1]}}'

    assert read_generations(text, known=KNOWN)["ovh-site"] == Generation(3, (2,))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"ovh-sit": {"current": 2}}', 'no such credential, did you mean "ovh-site"? Expected one of r2-my-state'),
        ('{"x": {"current": 2}}', "no such credential. Expected one of r2-my-state, ovh-site"),
        ('{"ovh-site": {"current": 0}}', "cannot be read. Expected JSON text such as"),
        ('{"ovh-site": {"current": 2, "kept": [2]}}', "cannot be read. Expected JSON text such as"),
        ('{"ovh-site": {"current": "2"}}', "cannot be read. Expected JSON text such as"),
        ('{"ovh-site": {"current": 2, "keep": [1]}}', "cannot be read. Expected JSON text such as"),
        ('{"ovh-site": 2}', "cannot be read. Expected JSON text such as"),
        ('{"ovh-site": {"current": 2, "kept": 1}}', "cannot be read. Expected JSON text such as"),
        ("[]", "cannot be read. Expected JSON text such as"),
        ("hunter2", "cannot be read. Expected JSON text such as"),
    ],
)
def test_what_is_no_number_is_refused(text: str, expected: str) -> None:
    """A credential that does not exist is named with the near one; anything else is not repeated."""
    with pytest.raises(RefusedSettingsError) as refusal:
        read_generations(text, known=KNOWN)

    assert expected in str(refusal.value)
    assert "hunter2" not in str(refusal.value)
