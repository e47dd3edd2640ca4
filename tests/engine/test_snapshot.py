"""The state while a run changes it: order, durability, and writes that are shared."""

import json
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.backend import Backend, Operation, Snapshot, StateError
from engine.integrity import IntegrityError
from engine.project import Project
from engine.secrets import Crypter
from engine.snapshot import SnapshotManager, must_write
from engine.state import Resource
from engine.values import Secret

_THREADS = 16
_EACH = 8


@pytest.fixture(scope="module")
def crypter() -> Crypter:
    """Give a crypter; its key takes a while."""
    return Crypter.create("snapshot")


@pytest.fixture
def backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Backend:
    """Give the backend of an empty stack."""
    monkeypatch.setenv("PULUMI_BACKEND_URL", (tmp_path / "state").as_uri())
    (tmp_path / "Pulumi.yaml").write_text("name: small\nruntime: python\n")
    return Backend(Project.load(tmp_path), "lab")


def _resource(name: str, *needs: str) -> Resource:
    return Resource(urn=_urn(name), type="a:b:C", custom=True, id=name, dependencies=[_urn(need) for need in needs])


def _urn(name: str) -> str:
    return f"urn:pulumi:lab::small::a:b:C::{name}"


def _manager(backend: Backend, crypter: Crypter, *base: Resource, pending: Iterable[Operation] = ()) -> SnapshotManager:
    return SnapshotManager(backend, Snapshot(resources=list(base), pending=list(pending), crypter=crypter), crypter)


def _on_disk(backend: Backend) -> tuple[list[str], list[str]]:
    latest = json.loads(backend.path.read_text())["checkpoint"]["latest"]
    resources = [item["urn"].rpartition("::")[2] for item in latest.get("resources", [])]
    pending = [
        f"{item['type']} {item['resource']['urn'].rpartition('::')[2]}" for item in latest.get("pending_operations", [])
    ]
    return resources, pending


def test_operations(backend: Backend, crypter: Crypter) -> None:
    """What begins is noted, what ends is recorded, and both are on disk when the call returns."""
    manager = _manager(backend, crypter)
    made = _resource("a")

    manager.begin(made, "creating")
    begun = _on_disk(backend)
    manager.end(made, new=made)
    ended = _on_disk(backend)
    manager.begin(made, "deleting")
    manager.end(made, done=made)

    assert (begun, ended, _on_disk(backend)) == (([], ["creating a"]), (["a"], []), ([], []))


def test_order(backend: Backend, crypter: Crypter) -> None:
    """What the run touched stands first, in that order; what it has not touched follows in the old order."""
    base = [_resource(name) for name in "abcd"]
    manager = _manager(backend, crypter, *base)

    for name in "cx":
        old = next((item for item in base if item.id == name), None)
        manager.end(None, new=_resource(name), done=old)

    assert _on_disk(backend)[0] == ["c", "x", "a", "b", "d"]


def test_notes_of_an_earlier_run(backend: Backend, crypter: Crypter) -> None:
    """A killed creation stays noted until it is settled; other notes are dropped, since their work is done again."""
    old = [Operation(resource=_resource(kind), kind=kind) for kind in ("creating", "updating", "deleting")]
    manager = _manager(backend, crypter, pending=old)

    manager.write()
    kept = _on_disk(backend)
    manager.forget_pending(old[0])

    assert (kept, _on_disk(backend)) == (([], ["creating creating"]), ([], []))


def test_every_end_is_durable(backend: Backend, crypter: Crypter) -> None:
    """With many threads each step is on disk when its call returns, and steps share writes."""
    manager = _manager(backend, crypter)
    start = threading.Barrier(_THREADS)

    def work(thread: int) -> list[str]:
        missing: list[str] = []
        start.wait()
        for number in range(_EACH):
            name = f"{thread}x{number}"
            made = _resource(name)
            manager.begin(made, "creating")
            missing += [f"begin {name}"] * (f"creating {name}" not in _on_disk(backend)[1])
            manager.end(made, new=made)
            missing += [f"end {name}"] * (name not in _on_disk(backend)[0])
        return missing

    with ThreadPoolExecutor(_THREADS) as pool:
        missing = [name for result in pool.map(work, range(_THREADS)) for name in result]

    assert missing == []
    assert manager.writes < _THREADS * _EACH * 2
    assert len(_on_disk(backend)[0]) == _THREADS * _EACH


def test_unimportant_changes_wait_for_the_end(backend: Backend, crypter: Crypter) -> None:
    """What need not be durable at once costs no write, and is written at the end."""
    old = _resource("a")
    manager = _manager(backend, crypter, old)
    changed = _resource("a")
    changed.ignore_changes = ["x"]

    manager.end(None, new=changed, done=old, write=False)
    writes = manager.writes
    manager.close()
    manager.close()

    assert (writes, manager.writes) == (0, 1)
    assert "ignoreChanges" in backend.path.read_text()


class _SlowBackend(Backend):
    """A backend during whose writes something else happens."""

    def __init__(self, other: Backend) -> None:
        super().__init__(other.project, other.stack)
        self.during: list[Resource] = []
        self.manager: SnapshotManager | None = None

    def save(self, body: Iterable[str]) -> None:
        while self.during and self.manager:
            self.manager.end(None, new=self.during.pop(), write=False)
        super().save(body)


def test_unimportant_change_during_a_write(backend: Backend, crypter: Crypter) -> None:
    """A change that comes while the state is being written is not forgotten."""
    slow = _SlowBackend(backend)
    slow.manager = manager = _manager(slow, crypter)
    slow.during.append(_resource("late"))

    manager.end(None, new=_resource("a"))
    manager.close()

    assert _on_disk(backend)[0] == ["a", "late"]


def test_failure_stops_everybody(backend: Backend, crypter: Crypter) -> None:
    """After a write that failed no step passes for done, in any thread."""
    manager = _manager(backend, crypter)
    manager.end(None, new=_resource("a"))
    backend.path.unlink()
    backend.path.mkdir()

    for name in "bc":
        with pytest.raises(StateError, match="cannot be written"):
            manager.end(None, new=_resource(name))


def test_broken_state_is_never_written(backend: Backend, crypter: Crypter) -> None:
    """A state that breaks a rule is refused before it reaches the disk."""
    manager = _manager(backend, crypter)
    manager.end(None, new=_resource("a"))
    before = backend.path.read_bytes()

    with pytest.raises(IntegrityError, match=r"its dependency .*::missing is missing"):
        manager.end(None, new=_resource("b", "missing"))

    assert backend.path.read_bytes() == before


def test_renames_reach_everything(backend: Backend, crypter: Crypter) -> None:
    """What was found by an alias is called by its new name in everything that has not been touched yet."""
    old = _resource("old")
    dependent = _resource("b", "old")
    dependent.property_dependencies = {"x": [_urn("old")]}
    manager = _manager(backend, crypter, old, dependent)
    new = _resource("new")
    new.aliases = [_urn("old")]

    manager.end(None, new=new, done=old)

    latest = json.loads(backend.path.read_text())["checkpoint"]["latest"]["resources"]
    assert [item["urn"] for item in latest] == [_urn("new"), _urn("b")]
    assert latest[1]["dependencies"] == [_urn("new")]
    assert latest[1]["propertyDependencies"] == {"x": [_urn("new")]}
    assert _urn("old") not in backend.path.read_text()


@pytest.mark.parametrize(
    ("name", "value", "needed"),
    [
        ("outputs", {"a": 1.0}, True),
        ("inputs", {"a": Secret("s")}, True),
        ("protect", True, True),
        ("provider", "x::1", True),
        ("dependencies", [_urn("x")], True),
        ("retain_on_delete", True, True),
        ("ignore_changes", ["x"], False),
        ("modified", "today", False),
        ("init_errors", ["x"], False),
    ],
)
def test_must_write(name: str, value: object, needed: bool) -> None:  # noqa: FBT001  # pytest gives it
    """What a crash must not undo is written at once."""
    new = _resource("a")
    setattr(new, name, value)

    assert must_write(_resource("a"), new) is needed
