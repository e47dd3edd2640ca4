"""The digest of a layer follows its code and its settings."""

import importlib
import sys
from pathlib import Path

import pytest

from hosts.worker.code_digest import code_digest, layer_digest


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a module that uses another one of the package."""
    monkeypatch.syspath_prepend(tmp_path)
    file = tmp_path / "some_layer.py"
    file.write_text("from hosts.operations.placed_file import placed_file\nimport json\n")
    return file


def _fresh() -> str:
    code_digest.cache_clear()
    importlib.invalidate_caches()
    sys.modules.pop("some_layer", None)
    return code_digest("some_layer")


def test_follows_the_code(module: Path) -> None:
    """The same code has the same digest, a changed character another one."""
    first = _fresh()
    assert _fresh() == first
    module.write_text(module.read_text() + "# a remark\n")
    assert _fresh() != first


def test_follows_what_the_code_uses(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change in a module that the layer uses, however far, is a change of the layer."""
    first = _fresh()
    changed = Path(importlib.import_module("hosts.facts.file_state").__file__ or "")
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read(path) + (b"# x\n" if path == changed else b""))
    assert _fresh() != first
    code_digest.cache_clear()
    assert module.exists()


def test_follows_the_settings() -> None:
    """Settings in another order are the same settings; another value is not."""
    one = layer_digest("hosts.layers.disks", {"a": 1, "b": 2})
    assert one == layer_digest("hosts.layers.disks", {"b": 2, "a": 1})
    assert one != layer_digest("hosts.layers.disks", {"a": 1, "b": 3})
