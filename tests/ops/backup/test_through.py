"""Who asks off site while there is no keeper."""

import json
from pathlib import Path

import pytest
import typer
import yaml

from ops.backup_evidence.lab_backups import LabBackups
from rehearsal.bring_up import CHECKOUT
from stacks.hosts_settings import read_hosts_settings

BUILT = {"url": "http://10.77.0.1:8080/program", "sha256": "0" * 64}
BUCKET = "s3:https://storage.test/of-its-own"


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> LabBackups:
    """Return the lab of production with a bucket, and set what opens it."""
    monkeypatch.setenv("OFF_SITE_KEY", "name")
    monkeypatch.setenv("OFF_SITE_SECRET", "word")
    raw = yaml.safe_load((CHECKOUT / "Pulumi.hosts.yaml").read_text(encoding="utf-8"))["config"]["factory:settings"]
    rehearsed = {"registry": "http://10.77.0.1:5000", "step_ca": BUILT, "step_cli": BUILT}
    return LabBackups(settings=read_hosts_settings(json.dumps({**raw, "off_site": BUCKET, "rehearsed": rehearsed})))


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """Write the file of the passwords."""
    file = tmp_path / "hosts-secrets.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps({"backup-repositories": "all are made from this"}))
    return file


def test_any_host_can_ask(lab: LabBackups, secrets: Path) -> None:
    """The keeper asks by its own account; another host, which has no such account, as root."""
    usual = lab.keeper(secrets, off_site=True)
    through = lab.keeper(secrets, off_site=True, through="pi1")

    assert (usual.machine.name, usual.account) == ("pi3", "factory-keeper")
    assert (through.machine.name, through.account) == ("pi1", "root")
    assert through.off_site == usual.off_site


@pytest.mark.parametrize(
    ("through", "off_site", "said"),
    [
        ("pi7", True, "unknown machine pi7. Expected one of pi1, pi2, pi3"),
        ("pi1", False, "--through is for what lies off site: expected --off-site too"),
    ],
    ids=["unknown", "at the keeper"],
)
def test_what_cannot_be_asked_is_refused(
    lab: LabBackups, secrets: Path, *, through: str, off_site: bool, said: str
) -> None:
    """Before any machine is contacted."""
    with pytest.raises(typer.BadParameter) as refused:
        lab.keeper(secrets, off_site=off_site, through=through)

    assert refused.value.message == said
