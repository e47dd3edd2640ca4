"""How what lies off site is reached."""

import json

import pytest
import yaml

from hosts.backup.off_site_access import off_site_access
from hosts.layers.backup_off_site import BackupOffSite
from ops.backup_evidence.lab_backups import LabBackups
from rehearsal.bring_up import CHECKOUT
from rehearsal.hosts.host_settings import rehearsal_host_settings
from stacks.faults import RefusedSettingsError
from stacks.host_layers import host_layers
from stacks.hosts_settings import HostsSettings, read_hosts_settings

BUILT = {"url": "http://10.77.0.1:8080/program", "sha256": "0" * 64}
BUCKET = "s3:https://storage.test/of-its-own"


def settings(off_site: str | None) -> HostsSettings:
    """Return the settings of production with that place."""
    raw = yaml.safe_load((CHECKOUT / "Pulumi.hosts.yaml").read_text(encoding="utf-8"))["config"]["factory:settings"]
    rehearsed = {"registry": "http://10.77.0.1:5000", "step_ca": BUILT, "step_cli": BUILT}
    return read_hosts_settings(json.dumps({**raw, "off_site": off_site, "rehearsed": rehearsed}))


def test_each_place_in_its_own_words() -> None:
    """A bucket is told the key by the environment, a server by the address; neither is shown."""
    bucket = off_site_access(BUCKET, host="pi2", key="name", secret="word")  # noqa: S106 - an example
    assert bucket.repository == f"{BUCKET}/pi2"
    assert bucket.environment == {"AWS_ACCESS_KEY_ID": "name", "AWS_SECRET_ACCESS_KEY": "word"}
    server = off_site_access("rest:https://away.test:8446", host="pi2", key="name", secret="word")  # noqa: S106 - as above
    assert (server.repository, server.environment) == ("rest:https://name:word@away.test:8446/pi2/", {})
    assert "word" not in f"{bucket}{server}"


def test_who_has_something_sends_it_away_too() -> None:
    """Each host with a source has the layer, the keeper has not; without the setting nobody has."""
    found = settings(BUCKET)
    told = {host.name: host_layers(found, host).get("backup_off_site") for host in found.hosts}
    assert told == {
        "pi1": {"host": "pi1", "place": BUCKET}, "pi2": {"host": "pi2", "place": BUCKET}, "pi3": None,
    }  # fmt: skip
    BackupOffSite.model_validate_json(json.dumps(told["pi1"]))
    without = settings(None)
    assert not any("backup_off_site" in host_layers(without, host) for host in without.hosts)


@pytest.mark.parametrize("place", ["http://storage.test/open", "s3:http://storage.test/open", "/mnt/disk", "s3:"])
def test_another_place_is_refused(place: str) -> None:
    """What is not encrypted on its way, and a folder, are no place off site."""
    with pytest.raises(RefusedSettingsError, match=r"settings\.off_site: .* Expected a bucket of its own"):
        settings(place)


def test_rehearsal_sends_nothing_away() -> None:
    """Whatever production says, the machines of a rehearsal have no place off site."""
    raw = yaml.safe_load((CHECKOUT / "Pulumi.hosts.yaml").read_text(encoding="utf-8"))["config"]["factory:settings"]
    rehearsed = rehearsal_host_settings(
        {**raw, "hosts": [], "off_site": BUCKET}, [], gateway="10.77.0.1", registry="http://10.77.0.1:5000", built={},
        key_file=CHECKOUT / "keys.json",
    )  # fmt: skip
    assert rehearsed["off_site"] is None


def test_nothing_that_leaves_is_told() -> None:
    """Without a place off site the check says so, unless it is a rehearsal, which leaves nothing on purpose."""
    told = "nothing leaves the lab: settings.off_site is missing. Expected a bucket of its own"
    production = settings(None).model_copy(update={"rehearsed": None})
    assert LabBackups(settings=production).nothing_leaves == (told,)
    assert LabBackups(settings=production.model_copy(update={"off_site": BUCKET})).nothing_leaves == ()
    assert LabBackups(settings=settings(None)).nothing_leaves == ()
