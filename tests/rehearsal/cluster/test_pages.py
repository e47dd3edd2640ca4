"""The pages that the checks of the cluster type, against what the program declares."""

import json

from components.host_machine import HOLDS_DATA
from ops.runbook.read_page import PAGES, read_page
from rehearsal.bring_up import CHECKOUT
from rehearsal.checks.cluster.added_node import ADDED, ADDRESS, PAGE, UNPROTECT
from rehearsal.checks.cluster.upgrade_typed import ASKS_A_PUBLISHER
from rehearsal.checks.cluster.upgrade_typed import PAGE as UPGRADE
from rehearsal.stack_files import production_settings
from stacks.host_layers import host_layers
from stacks.hosts_settings import read_hosts_settings

BUILT = {"url": "http://10.77.0.1/one", "sha256": "0" * 64}


def test_every_layer_that_holds_data_is_released_by_the_page() -> None:
    """A node that goes leaves no protected resource behind, and the page names none that it never had."""
    raw = production_settings(CHECKOUT, stack="hosts")
    hosts = raw["hosts"]
    assert isinstance(hosts, list)
    added = {"name": ADDED, "address": ADDRESS, "data_disk": "some-disk"}
    instead = {"registry": "http://10.77.0.1:5000", "step_ca": BUILT, "step_cli": BUILT, "k3s": BUILT}
    settings = read_hosts_settings(json.dumps({**raw, "hosts": [*hosts, added], "rehearsed": instead}))
    protected = {f"{ADDED}-{layer}" for layer in host_layers(settings, settings.host(ADDED)) if layer in HOLDS_DATA}

    commands = [command.text for command in read_page(PAGES / PAGE)]

    released = [text.rpartition("::")[2].strip("'") for text in commands if text.startswith(UNPROTECT)]
    assert sorted(released) == sorted(protected)


def test_upgrade_is_typed_but_for_what_asks_a_publisher() -> None:
    """All that is left out asks somebody who cannot be asked in a rehearsal, and it is not all there is."""
    commands = [command.text for command in read_page(PAGES / UPGRADE)]

    assert [text for text in commands if text.startswith(ASKS_A_PUBLISHER)] == [f"{ASKS_A_PUBLISHER} k3s"]
    assert any(text.startswith("./factory up hosts") for text in commands)
