"""The node of this machine: registered as a kubelet does, and from then on simulated."""

import json
import time
from pathlib import Path

from rehearsal.k3s_program.api import Api
from rehearsal.k3s_program.places import AGENT
from rehearsal.k3s_program.private_file import private_file
from rehearsal.k3s_program.processes import Processes
from rehearsal.k3s_program.say import fail, say
from rehearsal.k3s_program.settings import Settings
from rehearsal.k3s_program.told import told

LEASE_SECONDS = 40
RELEASED = json.dumps({"spec": {"holderIdentity": None}})
RESOURCES = {"cpu": "4", "memory": "8Gi", "pods": "110"}
CHIPS = {"x86_64": "amd64", "aarch64": "arm64"}
STARTING = {"type": "Ready", "status": "False", "reason": "KubeletNotReady", "message": "the kubelet is starting"}
"""What a kubelet says of its node when it begins; the simulation makes it ready."""


def run_node(api: Api, processes: Processes, settings: Settings, *, chip: str) -> None:
    """Register the node and start what simulates its kubelet."""
    name, address = settings.node, settings.address
    cpu = CHIPS.get(chip, chip)
    labels = dict(label.partition("=")[::2] for label in settings.words("node-label"))
    own = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": cpu}
    head = {"apiVersion": "v1", "kind": "Node"}
    node = {**head, "metadata": {"name": name, "labels": {**labels, **own}}}
    status = {
        "addresses": [{"type": "InternalIP", "address": address}, {"type": "Hostname", "address": name}],
        "nodeInfo": _node_info(cpu),
        "capacity": RESOURCES,
        "allocatable": RESOURCES,
        "conditions": [STARTING],
    }
    _insist(api, processes, json.dumps(node))
    _insist(api, processes, json.dumps({**head, "metadata": {"name": name}, "status": status}), "--subresource=status")
    # A kubelet that is begun again goes on with its lease at once; the simulation would wait until that has expired.
    api.kubectl("patch", "lease", name, "--namespace=kube-node-lease", "--type=merge", f"--patch={RELEASED}")
    stages = AGENT / "stages.yaml"
    private_file(stages, told().stages)
    processes.start(
        "kubelet", "kwok", "--kubeconfig", str(api.kubeconfig), "--config", str(stages),
        f"--manage-single-node={name}", f"--node-lease-duration-seconds={LEASE_SECONDS}", "--node-ip", address,
    )  # fmt: skip


def _node_info(cpu: str) -> dict[str, str]:
    unknown = ("systemUUID", "kernelVersion", "osImage", "containerRuntimeVersion", "kubeProxyVersion")
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    machine = Path("/etc/machine-id").read_text(encoding="ascii").strip()
    known = {"bootID": boot, "machineID": machine, "kubeletVersion": told().version}
    return {**dict.fromkeys(unknown, ""), **known, "operatingSystem": "linux", "architecture": cpu}


def _insist(api: Api, processes: Processes, text: str, *words: str) -> None:
    """Apply until it is accepted: the server may come later, but a token that it refuses never gets better."""
    while (done := api.apply(text, *words)).returncode != 0:
        if "nauthorized" in done.stderr or "must be logged in" in done.stderr:
            fail("the server refused the token: 401 Unauthorized")
        processes.check()
        say(done.stderr.strip())
        time.sleep(1)
