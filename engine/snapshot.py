"""The state while a run changes it: every finished step is durable before anybody hears that it finished."""

import json
import threading
from collections.abc import Callable, Mapping
from typing import Final

from engine.backend import Backend, Operation, Snapshot, document_parts
from engine.integrity import verify
from engine.secrets import Crypter
from engine.state import Resource, now, to_json
from engine.urn import is_stack, make, provider_urn, split
from engine.values import same


class SnapshotManager:
    """Collects what steps did and writes the whole state; changes that come together share one write.

    The new state is: what this run touched, in that order, then what it has not touched yet, in the old order.
    """

    def __init__(self, backend: Backend, base: Snapshot, crypter: Crypter) -> None:
        """Start from the state *base*; creating operations left in it are kept."""
        self._backend: Final = backend
        self.base: Final = base
        self._crypter: Final = crypter
        self._new: list[Resource] = []
        self._done: set[int] = set()
        self._operations: list[Operation] = []
        self._kept: list[Operation] = [operation for operation in base.pending if operation.kind == "creating"]
        self._lock = threading.Condition()
        self._wanted = 0
        self._durable = 0
        self._writing = False
        self._elided = False
        self._error: Exception | None = None
        self.writes = 0

    def begin(self, resource: Resource, kind: str) -> None:
        """Note durably that an operation on *resource* begins, so that a crash leaves a trace."""
        with self._lock:
            self._operations.append(Operation(resource=resource, kind=kind))
        self._commit()

    def end(
        self,
        operated: Resource | None,
        *,
        new: Resource | None = None,
        done: Resource | None = None,
        write: bool = True,
    ) -> None:
        """Note that the operation on *operated* ended: *new* enters the state, *done* leaves it.

        Args:
            operated: the resource given to `begin`, None where there was no operation.
            new: what the state now holds.
            done: what it holds no longer.
            write: false when nothing changed that must be durable at once.

        """
        with self._lock:
            self._operations = [item for item in self._operations if item.resource is not operated]
            if done is not None:
                self._done.add(id(done))
            if new is not None:
                self._new.append(new)
            self._elided |= not write
        if write:
            self._commit()

    def forget_pending(self, operation: Operation) -> None:
        """Drop an operation that an earlier run left unfinished."""
        with self._lock:
            self._kept = [item for item in self._kept if item is not operation]
        self._commit()

    def write(self) -> None:
        """Write the state now."""
        self._commit()

    def close(self) -> None:
        """Write what was not worth a write of its own."""
        if self._elided:
            self._commit()

    def resources(self) -> list[Resource]:
        """Return the state as it is now, in order."""
        with self._lock:
            return self._current()

    def _current(self) -> list[Resource]:
        kept = [resource for resource in self._new if id(resource) not in self._done]
        kept += [resource for resource in self.base.resources if id(resource) not in self._done]
        return kept

    def _commit(self) -> None:
        with self._lock:
            self._wanted += 1
            mine = self._wanted
            while self._durable < mine:
                if self._error is not None:
                    raise self._error
                if not self._writing:
                    self._writing = True
                    break
                self._lock.wait()
            else:
                return
            goal = self._wanted
            self._elided = False
            try:
                parts = self._render()
            except Exception as error:
                self._fail(error)
                raise
        try:
            self._backend.save(parts)
        except Exception as error:
            with self._lock:
                self._fail(error)
            raise
        with self._lock:
            self.writes += 1
            self._durable = goal
            self._writing = False
            self._lock.notify_all()

    def _fail(self, error: Exception) -> None:
        self._error = error
        self._writing = False
        self._lock.notify_all()

    def _render(self) -> list[str]:
        resources = self._current()
        renames = _renames(resources)
        if renames:
            resources = [_renamed(resource, renames) for resource in resources]
        verify(resources)
        encrypt = self._crypter.encrypt
        return list(
            document_parts(
                project=self._backend.project.name,
                stack=self._backend.stack,
                crypter=self._crypter,
                manifest_time=now(),
                metadata=self.base.metadata,
                resources=[_text(resource, encrypt) for resource in resources],
                pending=[
                    f'{{"resource":{_text(_renamed(item.resource, renames), encrypt)},"type":"{item.kind}"}}'
                    for item in self._operations + self._kept
                ],
            )
        )


def _text(resource: Resource, encrypt: Callable[[str], str]) -> str:
    if resource.text is None:
        resource.text = json.dumps(to_json(resource, encrypt), separators=(",", ":"), ensure_ascii=False)
    return resource.text


def _renames(resources: list[Resource]) -> dict[str, str]:
    """Return old URN → new URN for all that was found by an alias, children of renamed parents included."""
    renames: dict[str, str] = {}
    for resource in resources:
        for alias in resource.aliases:
            renames[alias] = resource.urn
        parent = renames.get(resource.parent) if renames and resource.parent else None
        if parent and not is_stack(parent):
            parts = split(resource.urn)
            renames[resource.urn] = make(
                stack=parts.stack, project=parts.project, parent=parent, kind=parts.type, name=parts.name
            )
    return {old: new for old, new in renames.items() if old != new}


def _renamed(resource: Resource, renames: Mapping[str, str]) -> Resource:
    if not resource.aliases and (resource.urn not in renames) and renames.keys().isdisjoint(resource.required()):
        return resource

    def fix(urn: str) -> str:
        return renames.get(urn, urn)

    copy = resource.copy()
    copy.aliases = []
    copy.urn = fix(copy.urn)
    copy.parent = fix(copy.parent)
    copy.dependencies = [fix(urn) for urn in copy.dependencies]
    copy.property_dependencies = {key: [fix(urn) for urn in urns] for key, urns in copy.property_dependencies.items()}
    copy.deleted_with = fix(copy.deleted_with)
    copy.replace_with = [fix(urn) for urn in copy.replace_with]
    if copy.provider:
        urn = provider_urn(copy.provider)
        copy.provider = fix(urn) + copy.provider[len(urn) :]
    return copy


def must_write(old: Resource, new: Resource) -> bool:
    """Tell whether an unchanged resource's record changed in a way that must be durable at once."""
    plain = (
        "urn",
        "type",
        "custom",
        "custom_timeouts",
        "retain_on_delete",
        "provider",
        "parent",
        "deleted_with",
        "replace_with",
        "protect",
    )
    if any(getattr(old, name) != getattr(new, name) for name in plain):
        return True
    if not same(old.inputs, new.inputs) or not same(old.outputs, new.outputs):
        return True
    return sorted(old.dependencies) != sorted(new.dependencies)
