"""The layer iscsi: what a machine of the rehearsal cannot do is said, and the rest is done."""

import dataclasses

import pytest

from hosts.layers import iscsi
from hosts.worker.layer_work import Outcome
from tests.hosts.system.test_base import SYSTEM
from tests.hosts.system.tried_machine import TriedMachine

CONTAINER = dataclasses.replace(SYSTEM, container=True)


def test_what_a_shared_kernel_lacks_is_said() -> None:
    """Missing modules are told for a container; a host with a kernel of its own must have them."""
    assert iscsi.not_here(CONTAINER, modules={}) == [
        "the kernel module iscsi_tcp", "the kernel module nfs", "a running iSCSI initiator",
    ]  # fmt: skip
    assert iscsi.not_here(CONTAINER, modules={"iscsi_tcp": "loaded", "nfs": "there"}) == []
    assert iscsi.not_here(SYSTEM, modules={}) == []


@pytest.mark.slow
def test_packages_are_installed_and_the_rest_is_not_claimed(host: TriedMachine, with_base: Outcome) -> None:
    """The packages are there after one apply; what this kernel cannot do is given as such, and pends for ever never."""
    del with_base
    first = host.apply(iscsi.LAYER, {})

    assert "Install the iSCSI initiator and the NFS client" in first.done
    assert host.apply(iscsi.LAYER, {}).done == ()
    assert "iscsiadm version" in host.run("iscsiadm --version")
    assert ("the kernel module iscsi_tcp" in first.gives["not_here"]) == (
        host.run("modprobe -n -q iscsi_tcp && echo there || echo missing").strip() == "missing"
    )
