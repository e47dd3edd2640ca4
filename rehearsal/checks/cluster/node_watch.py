"""What the cluster says of its nodes while something is done to them."""

import base64
import contextlib
import json
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import httpx

from hosts.k3s.places import KUBECONFIG
from hosts.k3s.version import Version
from rehearsal.machines.machine import Machine

EVERY_SECONDS = 0.3
ANSWER_SECONDS = 3.0


@dataclass(frozen=True, kw_only=True)
class NodeSeen:
    """One node at one moment."""

    version: Version
    """What it runs."""
    ready: bool
    """Whether it says that it is ready."""
    taking: bool
    """Whether it takes new work."""

    @property
    def back(self) -> bool:
        """Whether it does all that it should."""
        return self.ready and self.taking


Nodes = Mapping[str, NodeSeen]


class NodeWatch:
    """Asks a server again and again, for as long as the `with` lasts, and keeps each answer that is a new one."""

    def __init__(self, server: Machine) -> None:
        """Watch by the administrator's access that *server* has."""
        config = json.loads(server.run(f"sudo cat {KUBECONFIG}").stdout)
        authority = str(config["clusters"][0]["cluster"]["certificate-authority-data"])
        self._token = str(config["users"][0]["user"]["token"])
        self._tls = ssl.create_default_context(cadata=base64.b64decode(authority).decode())
        self._url = f"https://{server.address}:6443"
        self.seen: list[Nodes] = []

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Watch in a thread, which stands in the network of the caller's."""
        ended = threading.Event()

        def work() -> None:
            while not ended.wait(EVERY_SECONDS):
                found = self.look()
                if found and (not self.seen or self.seen[-1] != found):
                    self.seen.append(found)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def look(self) -> Nodes:
        """Return the nodes as they are; none while the API does not answer."""
        try:
            with httpx.Client(verify=self._tls, trust_env=False, timeout=ANSWER_SECONDS) as client:
                answer = client.get(f"{self._url}/api/v1/nodes", headers={"Authorization": f"Bearer {self._token}"})
                items = answer.raise_for_status().json()["items"]
        except httpx.HTTPError:
            return {}
        return {item["metadata"]["name"]: _seen(item) for item in items}


def watch_faults(seen: Sequence[Nodes], *, order: Sequence[str], wanted: Version) -> Iterator[str]:
    """Yield what must never be, for nodes that become *wanted* in *order*."""
    for number, nodes in enumerate(seen):
        away = [name for name, node in nodes.items() if not node.back]
        if len(away) > 1:
            yield f"observation {number}: {' and '.join(away)} away at once"
        has = [name in nodes and nodes[name].version == wanted for name in order]
        if has != sorted(has, reverse=True):
            yield f"observation {number}: expected {wanted} in the order {', '.join(order)}, found " + ", ".join(
                f"{name} {nodes[name].version}" for name in order if name in nodes
            )


def _seen(item: Mapping[str, dict[str, object]]) -> NodeSeen:
    status, spec = item["status"], item["spec"]
    info, conditions = status.get("nodeInfo"), status.get("conditions")
    return NodeSeen(
        version=Version.read(str(info["kubeletVersion"] if isinstance(info, dict) else "")),
        ready=any(
            one["type"] == "Ready" and one["status"] == "True"
            for one in (conditions if isinstance(conditions, list) else [])
        ),
        taking=not spec.get("unschedulable"),
    )
