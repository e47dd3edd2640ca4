"""The file backend: where stacks, locks, history and backups lie, in Pulumi's own layout."""

import dataclasses
import hashlib
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, cast
from urllib.parse import unquote, urlsplit

from engine import files
from engine.integrity import IntegrityError, verify
from engine.project import Project, StackConfig
from engine.secrets import Crypter, DamagedError, PassphraseError, passphrase_from_environment
from engine.state import Json, Resource, UnsupportedStateError, from_json
from engine.urn import is_provider, package
from engine.values import UnsupportedValueError

VERSION: Final = "3.260.0"
"""The version of Pulumi whose state format and behaviour this engine keeps to."""

_FORMAT: Final = 3


class StateError(Exception):
    """The state cannot be used: damaged, newer, or of a kind that this engine does not have."""


@dataclasses.dataclass(eq=False, kw_only=True)
class Operation:
    """An operation that had begun and not ended when the state was written."""

    resource: Resource
    kind: str


@dataclasses.dataclass(eq=False, kw_only=True)
class Snapshot:
    """A stack's state: resources in order of dependency, unfinished operations, and the crypter of its secrets."""

    resources: list[Resource]
    pending: list[Operation]
    crypter: Crypter | None
    metadata: Json = None


class Backend:
    """One stack in a `file://` backend."""

    def __init__(self, project: Project, stack: str) -> None:
        """Find the stack's files.

        Raises:
            StateError: the backend is not a folder.

        """
        self.project: Final = project
        self.stack: Final = stack
        self.config: Final = StackConfig(project, stack)
        parts = urlsplit(project.backend)
        if parts.scheme != "file":
            found = f"{parts.scheme}://…" if parts.scheme else "none"
            raise StateError(
                f"expected a file:// backend, found {found}: the embedded engine keeps state in folders only; "
                "set PULUMI_BACKEND_URL or use --engine pulumi"
            )
        location = Path(unquote(parts.netloc + parts.path)).expanduser()
        root = location if location.is_absolute() else project.root / location
        self._root: Final = root / ".pulumi"
        self.path: Final = self._root / "stacks" / project.name / f"{stack}.json"
        self.lock_folder: Final = self._root / "locks" / "organization" / project.name / stack
        self._written = False

    def other(self, name: str) -> "Backend":
        """Return the backend of another stack: `<stack>` or `organization/<project>/<stack>`.

        Raises:
            StateError: it belongs to another project, whose configuration is not at hand.

        """
        owner, _, stack = name.rpartition("/")
        if owner not in ("", f"organization/{self.project.name}"):
            raise StateError(f"stack reference {name}: expected a stack of project {self.project.name}")
        return Backend(self.project, stack)

    def exists(self) -> bool:
        """Tell whether the stack has a state file.

        Raises:
            StateError: it has a compressed one, which must not be taken for none.

        """
        for ending in (".gz", ".zst"):
            if (packed := self.path.with_name(self.path.name + ending)).exists():
                raise StateError(f"{packed}: compressed state; use the official engine or unpack it first")
        return self.path.exists()

    def plugins(self) -> list[tuple[str, str]]:
        """Return package and version of every provider that the state names, without decrypting anything.

        A damaged state has none: `load` says what is wrong with it.
        """
        try:
            latest = json.loads(self.path.read_text(encoding="utf-8"))["checkpoint"]["latest"] or {}
            providers = [item for item in latest.get("resources") or () if is_provider(item["type"])]
            return [
                (package(item["type"]), str(item.get("inputs", {}).get("version", "")))
                for item in providers
                if not item.get("delete")
            ]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return []

    def load(self) -> Snapshot:
        """Read the state; a stack that does not exist is empty.

        Raises:
            StateError: names the file, what is wrong, and the backup.

        """
        if not self.exists():
            return Snapshot(resources=[], pending=[], crypter=None)
        try:
            return self._parse(self.path.read_text(encoding="utf-8"))
        except DamagedError as error:
            raise StateError(f"{self.path}: {error}; nothing was changed. {self._backup_hint()}") from error
        except PassphraseError as error:
            raise StateError(f"{self.path}: {error}") from error
        except (ValueError, KeyError, TypeError, AttributeError, IntegrityError, UnsupportedStateError) as error:
            kind = (
                "" if isinstance(error, IntegrityError | UnsupportedStateError | UnsupportedValueError) else "damaged: "
            )
            raise StateError(f"{self.path}: {kind}{error}; nothing was changed. {self._backup_hint()}") from error

    def _parse(self, text: str) -> Snapshot:
        document = json.loads(text)
        version = document["version"]
        if version != _FORMAT:
            raise UnsupportedStateError(f"expected state format {_FORMAT}, found {version}")
        if document.get("features"):
            raise UnsupportedStateError(f"the state needs {document['features']}; use the official engine")
        latest = document["checkpoint"].get("latest")
        if not latest:
            return Snapshot(resources=[], pending=[], crypter=None)
        manifest = latest["manifest"]
        if manifest["magic"] != magic(manifest["version"]):
            raise IntegrityError("magic mismatch: the file was changed or cut")
        refused = [key for key in ("snippets", "extensions") if latest.get(key)]
        if refused:
            raise UnsupportedStateError(f"the state uses {refused[0]}; use the official engine")
        crypter = _state_crypter(latest.get("secrets_providers"))
        decrypt = crypter.decrypt if crypter else None
        resources = [from_json(item, decrypt) for item in latest.get("resources") or ()]
        pending = [
            Operation(resource=from_json(item["resource"], decrypt), kind=item["type"])
            for item in latest.get("pending_operations") or ()
        ]
        verify(resources)
        return Snapshot(resources=resources, pending=pending, crypter=crypter, metadata=latest.get("metadata"))

    def _backup_hint(self) -> str:
        candidates = [self.path.with_name(self.path.name + ".bak"), *self._folder("backups").glob("*.json")]
        found = sorted((file for file in candidates if file.exists()), key=lambda file: file.stat().st_mtime)
        return f"Newest backup: {found[-1]}" if found else "There is no backup"

    def crypter(self, snapshot: Snapshot) -> Crypter:
        """Return the crypter for the stack: that of its state, else of its stack file, else a new one.

        A new salt is appended to the stack file, as the official engine does.
        """
        if snapshot.crypter:
            return snapshot.crypter
        if self.config.salt:
            return Crypter(self.config.salt, passphrase_from_environment())
        crypter = Crypter.create(passphrase_from_environment())
        old = self.config.path.read_text(encoding="utf-8") if self.config.path.exists() else ""
        line = f"encryptionsalt: {crypter.salt}\n"
        files.write(self.config.path, [old if not old or old.endswith("\n") else old + "\n", line], mode=0o644)
        return crypter

    def save(self, body: Iterable[str]) -> None:
        """Write the state durably; the first write of a run keeps the state before it as `.bak`.

        Raises:
            StateError: the disk is full, or something like it; the old state is whole.

        """
        try:
            if not self._written:
                self._prepare()
            files.write(self.path, body)
        except OSError as error:
            why = error.strerror or str(error)
            raise StateError(f"{self.path}: cannot be written: {why}; the last state is whole") from error
        self._written = True

    def _prepare(self) -> None:
        meta = self._root / "meta.yaml"
        if not meta.exists():
            files.write(meta, ["version: 1\n"], mode=0o644)
        files.remove_unfinished(self.path)
        if self.path.exists():
            files.copy(self.path, self.path.with_name(self.path.name + ".bak"))

    def record(self, update: Mapping[str, Json]) -> None:
        """Add *update* to the stack's history and keep a backup of the state beside it."""
        if not self.path.exists():
            return
        stamp = time.time_ns()
        history = self._folder("history") / f"{self.stack}-{stamp}.history.json"
        files.write(history, [json.dumps(update, indent=4)])
        files.copy(self.path, history.with_name(f"{self.stack}-{stamp}.checkpoint.json"))
        files.copy(self.path, self._folder("backups") / f"{self.stack}.{stamp}.json")

    def _folder(self, kind: str) -> Path:
        return self._root / kind / self.project.name / self.stack

    def outputs(self) -> Mapping[str, object]:
        """Return the outputs of the stack's root resource.

        Raises:
            StateError: the stack does not exist.

        """
        if not self.exists():
            raise StateError(f"no stack named {self.stack} in this backend; apply it first")
        for resource in self.load().resources:
            if resource.type == "pulumi:pulumi:Stack" and not resource.delete:
                return resource.outputs
        return {}


def magic(version: str) -> str:
    """Return the manifest's check value."""
    return hashlib.sha256(version.encode()).hexdigest()


def _state_crypter(section: Mapping[str, Json] | None) -> Crypter | None:
    if not section:
        return None
    if section.get("type") != "passphrase":
        raise UnsupportedStateError(f"secrets provider {section.get('type')}; use the official engine")
    state = cast("Mapping[str, str]", section["state"])
    return Crypter(state["salt"], passphrase_from_environment())


def document_parts(  # noqa: PLR0913  # the parts of the published format
    *,
    project: str,
    stack: str,
    crypter: Crypter,
    manifest_time: str,
    metadata: Json,
    resources: Sequence[str],
    pending: Sequence[str],
) -> Iterable[str]:
    """Yield the text of a state file, one resource a line."""
    manifest = {"time": manifest_time, "magic": magic(VERSION), "version": VERSION}
    providers = {"type": "passphrase", "state": {"salt": crypter.salt}}
    yield '{"version":3,"checkpoint":{"stack":'
    yield json.dumps(f"organization/{project}/{stack}")
    yield f',"latest":{{"manifest":{json.dumps(manifest)},"secrets_providers":{json.dumps(providers)}'
    if resources:
        yield ',"resources":[\n'
        yield ",\n".join(resources)
        yield "\n]"
    if pending:
        yield ',"pending_operations":[\n'
        yield ",\n".join(pending)
        yield "\n]"
    yield f',"metadata":{json.dumps(metadata or {})}}}}}}}\n'
