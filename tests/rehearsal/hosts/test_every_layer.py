"""Which cuts are made."""

import json
from collections import Counter
from collections.abc import Collection, Mapping

from hosts.layers.order import LAYERS
from rehearsal.bring_up import CHECKOUT
from rehearsal.checks.hosts.cuts import SAMPLE
from rehearsal.checks.hosts.every_layer import CUTS, every_layer_checks
from rehearsal.stack_files import production_settings
from stacks.host_layers import ON_THE_SERVER, host_layers
from stacks.hosts_settings import read_hosts_settings


def test_every_layer_is_cut_in_both_ways() -> None:
    """A layer that is added needs its power cut and its network cut; they come in the order of the layers.

    What is done on another machine, and only in an upgrade, is cut by the checks of the upgrade.
    """
    had = {layer for layers in _layers_of_production().values() for layer in layers}
    own = [layer.name for layer in LAYERS if layer.name in had - ON_THE_SERVER]
    for title in ("power cut", "network cut"):
        assert [cut.layer for cut in CUTS if cut.loss.title == title] == own
    assert set(SAMPLE) <= set(CUTS)


def test_machine_has_the_layer() -> None:
    """Each machine that is lost has the layer in which it is, by the settings of production."""
    layers = _layers_of_production()

    assert [cut.title for cut in CUTS if cut.layer not in layers[cut.machine]] == []


def _layers_of_production() -> Mapping[str, Collection[str]]:
    raw = production_settings(CHECKOUT, stack="hosts")
    hosts = raw["hosts"]
    assert isinstance(hosts, list)
    disks = [{**host, "data_disk": "some-disk"} for host in hosts if isinstance(host, dict)]
    built = {"url": "http://10.77.0.1/one", "sha256": "0" * 64}
    instead = {"registry": "http://10.77.0.1:5000", "step_ca": built, "step_cli": built, "k3s": built}
    settings = read_hosts_settings(json.dumps({**raw, "hosts": disks, "rehearsed": instead}))
    return {host.name: host_layers(settings, host) for host in settings.hosts}


def test_names_of_the_checks_differ() -> None:
    """Each check has a name of its own."""
    names = Counter(name for name, _ in every_layer_checks())

    assert [name for name, count in names.items() if count > 1] == []
