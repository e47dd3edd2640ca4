"""What must not start before Vault is unsealed: the cluster takes only what waits, and the page says how."""

import json
import re
import shlex
from collections.abc import Sequence
from pathlib import Path

import yaml
from pydantic import JsonValue

from rehearsal.bring_up import CHECKOUT
from rehearsal.checks.cluster.cluster_api import STRICT, ClusterApi
from rehearsal.hosts.bring_up import HostsLab
from rehearsal.lab import expect
from rehearsal.machines.machine import Machine
from stacks.host_things import host_things

PAGE = CHECKOUT / "docs" / "layers" / "argocd.md"
BLOCK = re.compile(r"^```yaml\n(initContainers:.*?)^```$", re.MULTILINE | re.DOTALL)
IN_CLUSTER = "https://vault.tools.svc:8200"
"""Vault as a pod reaches it."""
MESSAGE = "this must not start before Vault is unsealed"
ONE_ROUND_SECONDS = 4
"""Longer than an answer takes, shorter than the page has it pause."""


def check_vault_first(lab: HostsLab) -> str:
    """Prove for each namespace that the API refuses a workload which does not wait, and takes the page's own."""
    told = host_things(lab.settings)["argocd"]["vault_first"]
    names = [str(name) for name in told] if isinstance(told, Sequence) else []
    expect(names, "expected applications that wait for Vault, found none")
    api = ClusterApi.of(lab)
    for name in names:
        api.kubectl("create", "namespace", name)
        try:
            said = api.refused(json.dumps(workload(name, waits=None)))
            expect(MESSAGE in said, f"{name}: expected it refused because `{MESSAGE}`, found:\n{said}")
            api.kubectl("apply", *STRICT, given=json.dumps(workload(name, waits=waiting_containers())))
        finally:
            api.kubectl("delete", "namespace", name, "--wait=false")
    return ", ".join(names)


def waiting_containers(page: Path = PAGE) -> Sequence[JsonValue]:
    """Return the init containers that the page has an application copy."""
    found = BLOCK.search(page.read_text(encoding="utf-8"))
    read = yaml.safe_load(found[1])["initContainers"] if found else []
    return read if isinstance(read, list) else []


def workload(namespace: str, *, waits: Sequence[JsonValue] | None, name: str = "canary") -> JsonValue:
    """Return the Deployment *name* in *namespace* that begins with the init containers *waits*."""
    labels: JsonValue = {"app": "canary"}
    pod: dict[str, JsonValue] = {"containers": [{"name": "canary", "image": "canary"}]}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": pod if waits is None else {**pod, "initContainers": [*waits]},
            },
        },
    }


def lets_start(machine: Machine, *, url: str) -> bool:
    """Tell whether the page's command, asked on *machine* of the Vault at *url*, lets the application start."""
    (container,) = waiting_containers()
    words = container.get("command") if isinstance(container, dict) else None
    command = [str(word).replace(IN_CLUSTER, url) for word in words] if isinstance(words, list) else []
    expect(any(url in word for word in command), f"{PAGE.name}: expected a command that asks {IN_CLUSTER}")
    return machine.run(f"timeout {ONE_ROUND_SECONDS} {shlex.join(command)}", check=False).returncode == 0
