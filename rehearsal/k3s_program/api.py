"""The API of the cluster, spoken to by kubectl."""

import base64
import json
import os
import subprocess
import time
from pathlib import Path

from rehearsal.k3s_program.places import PORT
from rehearsal.k3s_program.private_file import private_file
from rehearsal.k3s_program.processes import Processes
from rehearsal.k3s_program.told import told

CACHE = "/run/k3s-kubectl"


class Api:
    """The API as one kubeconfig reaches it."""

    def __init__(self, kubeconfig: Path) -> None:
        """Use *kubeconfig*, which may be written later."""
        self.kubeconfig = kubeconfig

    def write(self, address: str, *, authority: str, token: str) -> None:
        """Write the kubeconfig."""
        data = base64.b64encode(authority.encode()).decode()
        cluster = {"server": f"https://{address}:{PORT}", "certificate-authority-data": data}
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "default", "cluster": cluster}],
            "users": [{"name": "default", "user": {"token": token}}],
            "contexts": [{"name": "default", "context": {"cluster": "default", "user": "default"}}],
            "current-context": "default",
        }
        private_file(self.kubeconfig, json.dumps(config, indent=1) + "\n")

    def kubectl(self, *words: str, given: str | None = None) -> "subprocess.CompletedProcess[str]":
        """Run kubectl; whether it succeeded is the caller's to judge."""
        return subprocess.run(
            [told().part("kubernetes"), "kubectl", "--kubeconfig", str(self.kubeconfig), *words],
            input=given, capture_output=True, text=True, check=False, env={**os.environ, "KUBECACHEDIR": CACHE},
        )  # fmt: skip

    def apply(self, text: str, *words: str, manager: str = "k3s") -> "subprocess.CompletedProcess[str]":
        """Hand over objects; what somebody else wrote in the same fields is overwritten."""
        ours = ("--server-side", "--force-conflicts", f"--field-manager={manager}")
        return self.kubectl("apply", *ours, *words, "--filename=-", given=text)

    def wait(self, processes: Processes) -> None:
        """Return when it answers."""
        while self.kubectl("get", "--raw=/readyz").returncode != 0:
            processes.check()
            time.sleep(0.2)
