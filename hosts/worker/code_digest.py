"""A digest of what a layer is made of: when it changes, the layer is looked at again."""

import ast
import functools
import hashlib
import importlib.util
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import JsonValue


def layer_digest(module: str, settings: Mapping[str, JsonValue]) -> str:
    """Return the digest of a layer's code, which begins in *module*, and of its settings."""
    told = json.dumps(settings, sort_keys=True)
    return hashlib.sha256(f"{code_digest(module)}\n{told}".encode()).hexdigest()


@functools.cache
def code_digest(module: str) -> str:
    """Return the digest of *module* and of all that it uses of the package it stands in."""
    digest = hashlib.sha256()
    for name, content in sorted(_closure(module).items()):
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _closure(module: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in found or (path := _file(name)) is None:
            continue
        found[name] = path.read_bytes()
        waiting += [used for used in _imported(found[name]) if used.partition(".")[0] == "hosts"]
    return found


def _file(module: str) -> Path | None:
    """Return the file of *module*; None when the name is that of something in a module."""
    try:
        found = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        return None
    return None if found is None or found.origin is None else Path(found.origin)


def _imported(source: bytes) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
