"""What stands for k3s on the machines: the program of the layers, and what it is made of."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from pydantic import JsonValue

from hosts.k3s.version import Version
from hosts.pin import Program
from hosts.versions import PINS
from rehearsal.k3s.program import assemble_k3s, part_programs
from rehearsal.machines.start_script import SHARED
from rehearsal.part import Installed, Part

NAME = "k3s"
NEXT = "k3s_next"
LATER = ("k3s_second", "k3s_third")
"""Versions after the next patch, for upgrades that are disturbed or typed."""


def served_k3s(folder: Path, *, shared: Path) -> dict[str, Part]:
    """Assemble the pinned version and the next patch in *folder*; all machines see their parts in *shared*."""
    for name, program in part_programs().items():
        _link(program, shared / name)
    return {NAME: _assembled(folder, NAME, _pinned()), NEXT: _assembled(folder, NEXT, next_patch())}


def later_k3s(folder: Path) -> dict[str, Part]:
    """Assemble the patches after the next one in *folder*."""
    return {name: _assembled(folder, name, next_patch(after=after)) for after, name in enumerate(LATER, start=1)}


def _assembled(folder: Path, name: str, version: Version) -> Part:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_bytes(assemble_k3s(version=str(version), parts=SHARED))
    return Part(
        name=name, version=str(version), program=name, remedy="",
        sources=[Installed(paths=[str(file)], origin="its parts, assembled here")],
    )  # fmt: skip


def with_next(built: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return *built* with the version that the next patch says it is."""
    after = built[NEXT]
    return {**built, NEXT: {**(after if isinstance(after, dict) else {}), "version": str(next_patch())}}


def next_patch(*, after: int = 0) -> Version:
    """Return what an upgrade is rehearsed to, or the patch that many *after* it."""
    found = _pinned()
    return found._replace(patch=found.patch + 1 + after, packaging=1)


def _pinned() -> Version:
    pin = PINS[NAME]
    if not isinstance(pin, Program):
        raise TypeError(f"hosts/versions.py: {NAME}: expected a program")
    return Version.read(pin.version)


def _link(source: Path, target: Path) -> None:
    """Link, or copy where the two are on different disks."""
    if target.exists():
        return
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
