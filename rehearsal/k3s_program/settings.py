"""What the configuration files of k3s say, as far as the layers write it."""

import json
import socket
from collections.abc import Mapping
from pathlib import Path

from rehearsal.k3s_program.places import ETC
from rehearsal.k3s_program.say import fail

Value = str | bool | list[str]
LISTS = frozenset({"node-label", "tls-san", "disable"})
TEXTS = frozenset(
    {
        "node-name", "node-ip", "token", "token-file", "agent-token", "agent-token-file", "server",
        "write-kubeconfig-mode",
    }
)  # fmt: skip
SWITCHES = frozenset({"secrets-encryption", "cluster-init"})


class Settings:
    """The settings of one start."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        """Take what the files say."""
        self._values = values

    def text(self, name: str) -> str | None:
        """Return a value of one word."""
        found = self._values.get(name)
        return found if isinstance(found, str) else None

    def switch(self, name: str) -> bool:
        """Return whether something is switched on."""
        return self._values.get(name) is True

    def words(self, name: str) -> list[str]:
        """Return a list."""
        found = self._values.get(name)
        return found if isinstance(found, list) else []

    def secret(self, name: str) -> str | None:
        """Return a token that is given itself, or by the file that holds it."""
        file = self.text(f"{name}-file")
        return self.text(name) or (Path(file).read_text(encoding="utf-8").strip() if file else None)

    @property
    def node(self) -> str:
        """Name of this machine's node."""
        return self.text("node-name") or socket.gethostname()

    @property
    def address(self) -> str:
        """Its address."""
        return self.text("node-ip") or fail("expected node-ip, found none")


def read_settings(folder: Path = ETC) -> Settings:
    """Return what the files say; a key that is not known ends the program, as it does with k3s."""
    found: dict[str, Value] = {}
    for path in [folder / "config.yaml", *sorted((folder / "config.yaml.d").glob("*.yaml"))]:
        if path.exists():
            found |= _read(path)
    return Settings(found)


def _read(path: Path) -> dict[str, Value]:
    """Read a flat mapping: Python has no YAML of its own."""
    found: dict[str, Value] = {}
    words: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line.lstrip().startswith("- "):
            words.append(_scalar(line.lstrip()[2:]))
            continue
        key, _, value = line.partition(":")
        if key in LISTS:
            words = []
            found[key] = words
        elif key in TEXTS:
            found[key] = _scalar(value)
        elif key in SWITCHES:
            found[key] = value.strip() == "true"
        else:
            fail(f"{path}: flag provided but not defined: -{key}")
    return found


def _scalar(text: str) -> str:
    text = text.strip()
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    return str(json.loads(text)) if text.startswith('"') else text
