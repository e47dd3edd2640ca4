"""The installed versions against the pinned ones."""

import importlib.metadata
import re
from pathlib import Path

from ops.machine.finding import Finding

PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def versions(root: Path) -> Finding:
    """Compare each package of the requirement files of *root* with what this Python has."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in sorted(root.glob("requirements*.txt")))
    pins = dict(PINNED.findall(text))
    wrong = [
        f"{name}: pinned {pin}, found {there or 'none'}"
        for name, pin in pins.items()
        if (there := _installed(name)) != pin and not (there is None and _for_elsewhere(text, name))
    ]
    if wrong:
        return Finding(name="versions", found="; ".join(wrong), ok=False, fix="rm -r .venv; ./factory")
    return Finding(name="versions", found=f"{len(pins)} packages as pinned", ok=True)


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _for_elsewhere(text: str, name: str) -> bool:
    """Tell whether the pin of *name* holds on some machines only."""
    return re.search(rf"^{re.escape(name)}(\[[^\]]*\])?==[^\n]*;", text, re.MULTILINE) is not None
