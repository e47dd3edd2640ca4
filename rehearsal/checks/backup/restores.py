"""What the operator gets back by hand: listed, shown, restored, and never over what is there."""

import concurrent.futures
import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from ops.backup_evidence.digest_faults import digest_faults
from rehearsal.checks.backup.backups import Named, typed
from rehearsal.hosts.bring_up import HostsLab
from rehearsal.lab import expect

MOST = 2
"""Restores at a time."""


def restore_checks() -> Iterator[Named]:
    """Return the check by name."""
    yield "backup: listed, shown and restored by hand, never over what is there", check_restores


def check_restores(lab: HostsLab) -> str:
    """List, show and restore every source by the verb; a folder with something in it must be named twice."""
    listed: Sequence[dict[str, str]] = json.loads(_told(lab, "list", "--json"))
    names = sorted({f"{each['host']}/{each['source']}" for each in listed})
    expect(names, "expected archives listed, found none")
    with tempfile.TemporaryDirectory(prefix="factory-restores-") as place:
        folders = {name: Path(place, name.replace("/", "-")) for name in names}
        with concurrent.futures.ThreadPoolExecutor(MOST) as beside:
            done = [*beside.map(lambda name: _told(lab, "restore", name, "--into", str(folders[name])), names)]
        for (name, folder), said in zip(folders.items(), done, strict=True):
            expect(name in said and f"is in {folder}" in said, f"expected to be told where {name} is, found: {said}")
            faults = [*digest_faults(folder)]
            expect(not faults, f"{name}: expected what was collected, found: {faults}")
        first, folder = names[0], folders[names[0]]
        shown, kept = _told(lab, "show", first), (folder / "manifest.json").read_text(encoding="utf-8")
        expect(json.loads(shown) == json.loads(kept), f"{first}: expected its manifest shown, found: {shown[:300]}")
        _expect_nothing_replaced(lab, first, folder)
    return ", ".join(names)


def _expect_nothing_replaced(lab: HostsLab, name: str, folder: Path) -> None:
    alive = folder / "alive"
    alive.write_text("written since", encoding="utf-8")
    again = ["restore", name, "--into", str(folder)]
    refused = typed(lab, "backup", *again)
    said = refused.stderr + refused.stdout
    expect(refused.returncode == 1 and "something is there" in said, f"expected it refused, found: {said}")
    expect(alive.exists(), "expected what was there untouched, found it gone")
    early = typed(lab, "backup", "show", name, "--at", "2020-01-01")
    expect(early.returncode == 1 and "no archive from before" in early.stderr, f"expected none, found: {early.stderr}")
    _told(lab, *again, "--overwrite", str(folder))
    expect(not alive.exists(), "expected it replaced, since it was named twice, found it there")


def _told(lab: HostsLab, verb: str, *words: str) -> str:
    done = typed(lab, "backup", verb, *words)
    expect(done.returncode == 0, f"backup {verb} {' '.join(words)}: exit code {done.returncode}: {done.stderr[-500:]}")
    return done.stdout
