"""The objects of the volumes are gone from the API; the replicas lie on the disks, and a dump is there."""

import json
import re
from collections.abc import Mapping

from rehearsal.drills.comparison import Comparison
from rehearsal.drills.drill import Drill
from rehearsal.drills.place import Place
from rehearsal.go_source import go_source
from rehearsal.lab import expect
from rehearsal.servers.kubernetes import KubernetesServer

VOLUME = "pvc-7b1f0c52-5a3e-4c1d-9a55-0d6c1f2e3a4b"
FOLDER = "/mnt/arcodange/longhorn"
NAMESPACE = "longhorn-system"
HOLDERS = {"pi1": "6a1f5c1e-0000-4000-8000-000000000001", "pi3": "6a1f5c1e-0000-4000-8000-000000000003"}
"""Machine → id of its disk."""
KINDS = "volumes.longhorn.io,engines.longhorn.io,replicas.longhorn.io"
MANAGERS = {
    "apiVersion": "apps/v1", "kind": "DaemonSet",
    "metadata": {"name": "longhorn-manager", "namespace": NAMESPACE},
    "spec": {
        "selector": {"matchLabels": {"app": "longhorn-manager"}},
        "template": {
            "metadata": {"labels": {"app": "longhorn-manager"}},
            "spec": {"containers": [{"name": "longhorn-manager", "image": "longhorn-manager"}]},
        },
    },
}  # fmt: skip
WEBHOOK = {
    "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
    "metadata": {"name": "longhorn-webhook-validator"},
}  # fmt: skip


class ObjectsWiped:
    """A volume with two replicas, in a real API server that knows Longhorn's own definitions."""

    def __init__(self, place: Place) -> None:
        """Begin at *place*, whose network the API server stands in."""
        self._place = place
        place.closing.enter_context(place.lab.inside())
        self._kubernetes = place.closing.enter_context(KubernetesServer(folder=place.home.parent / "kubernetes"))
        self._before: dict[str, object] = {}

    @property
    def names(self) -> Mapping[str, str]:
        """The page has no placeholders."""
        return {}

    def write(self) -> None:
        """Put folders on the disks, objects into the API, and dump them."""
        for name, disk in HOLDERS.items():
            config = json.dumps({"diskName": "default", "diskUUID": disk, "diskDriver": ""})
            self._place.lab[name].run(
                f"sudo mkdir -p {FOLDER}/replicas/{VOLUME}-{name} && sudo tee {FOLDER}/longhorn-disk.cfg", given=config
            )
        definitions = go_source("longhorn", "github.com/longhorn/longhorn-manager") / "k8s" / "crds.yaml"
        # Its chart would put labels where the braces are.
        self._apply(re.sub(r" \{\{.*\}\}", "", definitions.read_text(encoding="utf-8")))
        self._apply(json.dumps({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}))
        self._ask("wait", "--for=condition=established", "--timeout=60s", *(f"crd/{kind}" for kind in KINDS.split(",")))
        for document in (MANAGERS, WEBHOOK, *_objects()):
            self._apply(json.dumps(document))
        self._place.kubectl(self._kubernetes)
        (self._place.folder / "longhorn.json").write_text(self._ask("get", KINDS, "-n", NAMESPACE, "-o", "json"))
        self._before = self._specs()

    def strike(self) -> None:
        """Delete every object."""
        for kind in KINDS.split(","):
            self._ask("delete", kind, "--all", "-n", NAMESPACE)
        expect(not self._specs(), "expected no object after the disaster")

    def compare(self) -> Comparison:
        """Compare what every object says."""
        after = self._specs()
        return Comparison(
            same=after == self._before, found=f"{len(after)} of {len(self._before)} objects, by their spec"
        )

    def _apply(self, text: str) -> None:
        done = self._kubernetes.apply(text)
        expect(done.returncode == 0, f"expected the API to take the objects:\n{done.stderr}")

    def _ask(self, *words: str) -> str:
        done = self._kubernetes.kubectl(*words)
        expect(done.returncode == 0, f"expected `kubectl {' '.join(words)}` to succeed:\n{done.stderr}")
        return done.stdout

    def _specs(self) -> dict[str, object]:
        items = json.loads(self._ask("get", KINDS, "-n", NAMESPACE, "-o", "json"))["items"]
        return {f"{each['kind']} {each['metadata']['name']}": each["spec"] for each in items}


def _objects() -> list[Mapping[str, object]]:
    size = str(1 << 30)
    engine = f"{VOLUME}-e-0"
    found = [
        _object("Volume", VOLUME, {"size": size, "numberOfReplicas": len(HOLDERS), "frontend": "blockdev"}),
        _object("Engine", engine, {"volumeName": VOLUME, "active": True, "volumeSize": size}),
    ]
    for name, disk in HOLDERS.items():
        spec = {
            "volumeName": VOLUME, "nodeID": name, "diskID": disk, "diskPath": f"{FOLDER}/", "engineName": engine,
            "dataDirectoryName": f"{VOLUME}-{name}", "active": True, "healthyAt": "2026-01-01T00:00:00Z",
            "volumeSize": size,
        }  # fmt: skip
        found.append(_object("Replica", f"{VOLUME}-r-{name}", spec))
    return found


def _object(kind: str, name: str, spec: Mapping[str, object]) -> Mapping[str, object]:
    metadata = {"name": name, "namespace": NAMESPACE, "labels": {"longhornvolume": VOLUME}}
    return {"apiVersion": "longhorn.io/v1beta2", "kind": kind, "metadata": metadata, "spec": spec}


DRILL = Drill(
    name="objects-wiped",
    summary="volume objects gone, replicas on the disks, a dump is there",
    ground="machines",
    begin=ObjectsWiped,
)
