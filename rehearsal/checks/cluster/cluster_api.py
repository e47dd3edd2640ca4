"""The cluster's API, asked on its first server."""

import json
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from hosts.operations.applied_manifest import manifest_file
from rehearsal.checks.cluster.missing_paths import Json
from rehearsal.hosts.bring_up import HostsLab
from rehearsal.lab import expect
from rehearsal.machines.machine import Machine

ADDONS = ("get", "addons.k3s.cattle.io", "--output=json")
STRICT = ("--server-side", "--force-conflicts", "--validate=strict", "--dry-run=server", "--filename=-")


@dataclass(frozen=True, kw_only=True)
class ClusterApi:
    """What one server says."""

    server: Machine

    @classmethod
    def of(cls, lab: HostsLab) -> Self:
        """Return the API of *lab*."""
        return cls(server=lab.machines[lab.settings.roles.servers[0]])

    def kubectl(self, *words: str, given: str = "") -> str:
        """Return what kubectl says."""
        return self.server.run(f"sudo k3s kubectl {shlex.join(words)}", given=given).stdout

    def manifest(self, thing: str) -> str:
        """Return the manifest of *thing*, which may hold secrets."""
        return self.server.run(f"sudo cat {manifest_file(thing)}").stdout

    def has_manifest(self, thing: str) -> bool:
        """Tell whether its file is there."""
        return self.server.run(f"sudo test -e {manifest_file(thing)}", check=False).returncode == 0

    def objects(self, things: Iterable[str]) -> Sequence[Mapping[str, Json]]:
        """Return the objects of their manifests as the API has them."""
        files = [f"--filename={manifest_file(thing)}" for thing in things]
        words = ("get", "--ignore-not-found", "--output=json", *files)
        text = self.kubectl(*words).strip()
        read: Mapping[str, Json] = json.loads(text) if text else {"kind": "List", "items": []}
        found = read["items"] if read["kind"] == "List" else [read]
        return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []

    def has(self, one: Mapping[str, Json]) -> bool:
        """Tell whether the object is there."""
        words = ("get", "--ignore-not-found", "--output=name", "--filename=-")
        return bool(self.kubectl(*words, given=json.dumps(one)).strip())

    def own_digests(self) -> Mapping[str, str]:
        """Return manifest file → the digest of it that k3s says it has applied."""
        items = json.loads(self.kubectl("--namespace=kube-system", *ADDONS))["items"]
        return {str(item["spec"]["source"]): str(item["spec"].get("checksum", "")) for item in items}

    def refused(self, text: str) -> str:
        """Hand over *text*, none of which is kept, and return why it is refused."""
        done = self.server.run(f"sudo k3s kubectl apply {shlex.join(STRICT)}", given=text, check=False)
        expect(done.returncode != 0, "expected the API to refuse every object, found them accepted")
        return done.stderr
