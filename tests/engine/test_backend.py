"""The file backend: what it writes, with which rights, and what a crash leaves."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.backend import Backend, StateError, magic
from engine.project import Project

_STATE = json.dumps(
    {
        "version": 3,
        "checkpoint": {
            "stack": "organization/small/lab",
            "latest": {"manifest": {"time": "", "magic": magic("3.260.0"), "version": "3.260.0"}},
        },
    }
)


@pytest.fixture
def backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Backend:
    """Give the backend of a stack that has no state yet; others may read what has the usual rights."""
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    (tmp_path / "Pulumi.yaml").write_text(
        f"name: small\nruntime: python\nbackend: {{url: 'file://{tmp_path}/state'}}\n"
    )
    return Backend(Project.load(tmp_path), "lab")


def _files(backend: Backend) -> dict[str, Path]:
    root = backend.path.parents[2]
    return {str(path.relative_to(root)): path for path in sorted(root.rglob("*")) if path.is_file()}


def test_states_and_their_copies_are_private(backend: Backend) -> None:
    """Only the owner may read the state, its backups and its history: they hold ciphertexts."""
    backend.save([_STATE])
    backend.record({"kind": "update"})
    again = Backend(backend.project, "lab")
    again.save([_STATE])

    rights = {name: path.stat().st_mode & 0o777 for name, path in _files(backend).items()}

    kinds = [name.split("/")[0] for name in rights]
    assert kinds == ["backups", "history", "history", "meta.yaml", "stacks", "stacks"]
    assert {oct(right) for name, right in rights.items() if name != "meta.yaml"} == {"0o600"}


def test_state_before_the_run_is_kept(backend: Backend) -> None:
    """The first write of a run keeps the state before it beside the new one; later writes leave it alone."""
    backend.save(["first"])
    again = Backend(backend.project, "lab")
    again.save(["second"])
    again.save(["third"])

    assert backend.path.read_text() == "third"
    assert backend.path.with_name("lab.json.bak").read_text() == "first"


def test_leftovers_of_a_killed_write_go(backend: Backend) -> None:
    """The unfinished file of a run that was killed while it wrote is removed by the next run."""
    backend.save([_STATE])
    left = backend.path.with_name(".lab.json.1.tmp")
    left.write_text("half")
    other = backend.path.with_name(".lab2.json.1.tmp")
    other.write_text("of another stack")

    Backend(backend.project, "lab").save([_STATE])

    assert (left.exists(), other.exists()) == (False, True)


def test_failed_write_leaves_the_state(backend: Backend) -> None:
    """A write that fails in the middle leaves the old state, no unfinished file, and says what happened."""
    backend.save([_STATE])
    before = {name: path.read_bytes() for name, path in _files(backend).items()}

    def parts() -> Iterator[str]:
        yield "x" * 100_000
        raise OSError(28, os.strerror(28))

    with pytest.raises(StateError, match="cannot be written: No space left on device; the last state is whole"):
        backend.save(parts())

    assert {name: path.read_bytes() for name, path in _files(backend).items()} == before


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_compressed_state_is_not_taken_for_none(ending: str, backend: Backend) -> None:
    """A stack whose state is compressed is refused, never treated as empty."""
    packed = backend.path.with_name(f"lab.json{ending}")
    packed.parent.mkdir(parents=True)
    packed.touch()

    with pytest.raises(StateError, match=f"lab.json{ending}: compressed state"):
        backend.load()
