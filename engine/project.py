"""The project file `Pulumi.yaml` and the stack file `Pulumi.<stack>.yaml`."""

import dataclasses
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

import yaml

from engine.secrets import Crypter
from engine.state import Json


class ProjectError(Exception):
    """The project or stack file is missing or malformed."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Project:
    """What `Pulumi.yaml` says: name, folder, program, backend and the folders of source plugins."""

    name: str
    root: Path
    program: Path
    backend: str
    plugins: Mapping[str, Path]

    @classmethod
    def load(cls, folder: Path) -> "Project":
        """Read `Pulumi.yaml` in *folder*.

        Raises:
            ProjectError: no such file, or it lacks a name or a Python runtime.

        """
        path = folder / "Pulumi.yaml"
        document = _read(path)
        name, runtime = document.get("name"), document.get("runtime")
        if isinstance(runtime, Mapping):
            runtime = runtime.get("name")
        if not isinstance(name, str) or runtime != "python":
            raise ProjectError(f"{path}: expected a name and runtime: python")
        backend = document.get("backend")
        url = os.environ.get("PULUMI_BACKEND_URL") or (backend.get("url") if isinstance(backend, Mapping) else None)
        main = document.get("main")
        plugins: dict[str, Path] = {}
        section = document.get("plugins")
        entries = section.get("providers") if isinstance(section, Mapping) else None
        for entry in cast("list[Mapping[str, str]]", entries or []):
            plugins[entry["name"]] = (folder / entry["path"]).resolve()
        return cls(
            name=name,
            root=folder.resolve(),
            program=(folder / str(main)).resolve() if main else folder.resolve(),
            backend=str(url) if url else "",
            plugins=plugins,
        )


class StackConfig:
    """The configuration of one stack: plain values as the program reads them, and which keys are secret."""

    def __init__(self, project: Project, stack: str) -> None:
        """Read `Pulumi.<stack>.yaml`; a stack without a file has no configuration."""
        self.path: Final = project.root / f"Pulumi.{stack}.yaml"
        document = _read(self.path) if self.path.exists() else {}
        salt = document.get("encryptionsalt")
        self.salt: Final = salt if isinstance(salt, str) else ""
        other = sorted({"secretsprovider", "encryptedkey"} & document.keys())
        if other:
            raise ProjectError(f"{self.path}: {other[0]} is not passphrase; use the official engine")
        config = document.get("config") or {}
        if not isinstance(config, Mapping):
            raise ProjectError(f"{self.path}: config: expected keys and values")
        self._config: Final = {key if ":" in key else f"{project.name}:{key}": value for key, value in config.items()}

    def values(self, crypter: Crypter | None) -> tuple[dict[str, str], list[str]]:
        """Return the configuration as text per key, and the keys that are secret.

        Raises:
            ProjectError: there are encrypted values but the stack file has no salt.

        """
        texts: dict[str, str] = {}
        secret: list[str] = []
        for key, value in self._config.items():
            if _has_secure(value):
                if crypter is None:
                    raise ProjectError(f"{self.path}: {key} is encrypted but the file has no encryptionsalt")
                value = _decrypt(value, crypter)  # noqa: PLW2901  # the decrypted value takes its place
                secret.append(key)
            texts[key] = _text(value)
        return texts, secret

    def has_secrets(self) -> bool:
        """Tell whether any value is encrypted."""
        return any(_has_secure(value) for value in self._config.values())


def _text(value: Json) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True)


def _has_secure(value: Json) -> bool:
    if isinstance(value, Mapping):
        return set(value) == {"secure"} or any(_has_secure(item) for item in value.values())
    return isinstance(value, list) and any(_has_secure(item) for item in value)


def _decrypt(value: Json, crypter: Crypter) -> Json:
    if isinstance(value, Mapping):
        if set(value) == {"secure"}:
            return crypter.decrypt(str(value["secure"]))
        return {key: _decrypt(item, crypter) for key, item in value.items()}
    if isinstance(value, list):
        return [_decrypt(item, crypter) for item in value]
    return value


def _read(path: Path) -> dict[str, Json]:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ProjectError(f"{path}: no such file; run in the project's folder or give --cwd") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise ProjectError(f"{path}: not valid YAML{where}") from error
    if not isinstance(document, dict):
        raise ProjectError(f"{path}: expected keys and values")
    return cast("dict[str, Json]", document)
