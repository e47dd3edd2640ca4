"""Check: the requirement files come from pyproject.toml as it is now."""

import re
from pathlib import Path

from ops.lockfile.declared import read_declared
from ops.lockfile.header import take_apart
from ops.lockfile.resolve import DEVELOPMENT, PROGRAM

EXACT = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(\[[^]]*\])?==(?P<version>[^\s;]+)")
AGAIN = "run `./factory lock`"


def lock_in_step(root: Path) -> list[str]:
    """Return what is out of step; nothing is asked over the network."""
    declared = read_declared(root)
    findings: list[str] = []
    for name, wanted in ((PROGRAM, declared.dependencies), (DEVELOPMENT, declared.development)):
        text = (root / name).read_text() if (root / name).exists() else ""
        parts = take_apart(text)
        if parts is None:
            findings.append(f"{name}: expected a file made by `./factory lock`, found none with its header: {AGAIN}")
            continue
        if parts.declared != declared.digest:
            findings.append(f"{name}: pyproject.toml changed since it was made: {AGAIN}")
        if parts.content != parts.actual_content:
            findings.append(f"{name}: it was changed by hand: {AGAIN}")
        findings += _missing_pins(name, parts.body, wanted)
    return findings


def _missing_pins(name: str, body: str, wanted: list[str]) -> list[str]:
    pinned = {match["name"].lower(): match["version"] for match in map(EXACT.match, body.splitlines()) if match}
    findings = []
    for requirement in wanted:
        exact = EXACT.fullmatch(requirement)
        if exact is None:
            findings.append(f"pyproject.toml: expected an exact version such as `rich==15.0.0`, found `{requirement}`")
            continue
        found = pinned.get(exact["name"].lower(), "none")
        if found != exact["version"]:
            findings.append(f"{name}: expected {exact['name']} {exact['version']}, found {found}: {AGAIN}")
    return findings
