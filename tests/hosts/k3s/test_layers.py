"""The layers of k3s, as far as values tell."""

from hosts.k3s.snapshot_script import SNAPSHOT
from hosts.layers import iscsi, k3s, k3s_agent, k3s_drain, k3s_return
from hosts.layers.base import LAYER as BASE
from hosts.layers.disks import LAYER as DISKS
from hosts.layers.k3s import render_drop_in
from hosts.layers.order import AnyLayer, order_faults


def test_server_before_agent_and_agent_between_drain_and_return() -> None:
    """The layers need each other in the order of an upgrade, and no other order is taken."""
    before: list[AnyLayer] = [BASE, DISKS, iscsi.LAYER]
    cluster: list[AnyLayer] = [k3s.LAYER, k3s_drain.LAYER, k3s_agent.LAYER, k3s_return.LAYER]

    assert [*order_faults([*before, *cluster])] == []
    for place in range(3):
        swapped = [*cluster]
        swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
        assert [*order_faults([*before, *swapped])]


def test_agent_holds_no_key_of_the_datastore() -> None:
    """An agent is given what lets agents in, which opens no backup of the datastore; nothing of it may be shown."""
    assert [*k3s_agent.LAYER.given] == ["join_token"]
    assert k3s_agent.LAYER.given == k3s.LAYER.gives
    assert all(value.secret for value in (*k3s.LAYER.given.values(), *k3s.LAYER.gives.values()))


def test_datastore_is_kept_before_what_is_new() -> None:
    """Every start goes through the script, with program and configuration to tell whether something is new."""
    (line,) = [line for line in render_drop_in("/mnt/data").splitlines() if line.startswith("ExecStartPre=")]

    assert line.removeprefix("ExecStartPre=").split() == [
        SNAPSHOT, "/var/lib/rancher/k3s/server", "/mnt/data", "5", "/usr/local/bin/k3s", "/etc/rancher/k3s/config.yaml",
    ]  # fmt: skip
