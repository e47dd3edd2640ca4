"""The manifest folder: what changes in it is applied, and what goes from it stays in the cluster."""

import hashlib
import json
import secrets
import time
from pathlib import Path

from rehearsal.k3s_program.api import Api
from rehearsal.k3s_program.places import MANIFESTS
from rehearsal.k3s_program.say import say

ENDINGS = (".yaml", ".yml", ".json")
AGAIN_SECONDS = 3.0
LONGEST = 1000
SPACE = "kube-system"


class Manifests:
    """What was applied already, kept in the cluster as k3s does."""

    def __init__(self, api: Api) -> None:
        """Look at nothing yet."""
        self._api = api
        self._applied: dict[str, str] | None = None
        self._seen: dict[Path, tuple[int, int]] = {}
        self._not_before = 0.0

    def apply_changed(self) -> None:
        """Apply the files that are new or other than before; what cannot be applied is tried again later."""
        if time.monotonic() < self._not_before:
            return
        for path in sorted(path for path in MANIFESTS.rglob("*") if path.suffix in ENDINGS):
            status = path.stat()
            mark = (status.st_mtime_ns, status.st_size)
            if self._seen.get(path) == mark:
                continue
            if self._apply(path):
                self._seen[path] = mark
            else:
                self._not_before = time.monotonic() + AGAIN_SECONDS

    def _apply(self, path: Path) -> bool:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if self._known().get(str(path)) == digest:
            return True
        # Its own object comes first, and a file whose name the API does not take is never applied.
        owned = self._own(path)
        if owned:
            say(f"Failed to process config: failed to process {path}: {owned}")
            return False
        done = self._api.kubectl(
            "apply", "--server-side", "--force-conflicts", "--validate=strict", "--field-manager=deploy@k3s",
            f"--filename={path}",
        )  # fmt: skip
        failed = done.returncode != 0
        if failed:
            say(f"Failed to process config: failed to process {path}: {done.stderr.strip()}")
        self._event(path, said=done.stderr.strip() if failed else "", failed=failed)
        if not failed:
            self._own(path, digest=digest)
            self._known()[str(path)] = digest
        return not failed

    def _known(self) -> dict[str, str]:
        if self._applied is None:
            done = self._api.kubectl("get", "addons.k3s.cattle.io", f"--namespace={SPACE}", "--output=json")
            items = json.loads(done.stdout)["items"] if done.returncode == 0 else []
            self._applied = {item["spec"]["source"]: item["spec"].get("checksum", "") for item in items}
        return self._applied

    def _own(self, path: Path, *, digest: str | None = None) -> str:
        """Keep the file's own object, with the digest of what was applied; return what the API has against it."""
        spec = {"source": str(path)} if digest is None else {"source": str(path), "checksum": digest}
        addon = {
            "apiVersion": "k3s.cattle.io/v1",
            "kind": "Addon",
            "metadata": {"name": path.stem, "namespace": SPACE},
            "spec": spec,
        }
        done = self._api.apply(json.dumps(addon))
        return done.stderr.strip() if done.returncode != 0 else ""

    def _event(self, path: Path, *, said: str, failed: bool) -> None:
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        about = {"apiVersion": "k3s.cattle.io/v1", "kind": "Addon", "name": path.stem, "namespace": SPACE}
        event = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": f"{path.stem}.{secrets.token_hex(8)}", "namespace": SPACE},
            "type": "Warning" if failed else "Normal",
            "involvedObject": about,
            "reason": "ApplyManifestFailed" if failed else "AppliedManifest",
            "message": (said or f"Applied manifest at {json.dumps(str(path))}")[:LONGEST],
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
            "source": {"component": "deploy"},
        }
        self._api.kubectl("create", "--filename=-", given=json.dumps(event))
