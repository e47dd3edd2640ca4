"""Write a bundle."""

import datetime as dt
import os
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

from ops.recover_bundle.found_here import PASSPHRASE, FoundHere, git
from ops.recover_bundle.manifest import DIGEST, NAME, Manifest, sha256
from ops.recover_bundle.sealed_keys import fingerprints, sealed

START = """\
Everything that is needed to get the lab back, with the lab, the laptop and the forge gone.

runbooks/recover-laptop-lost.md says what is typed, from a new machine on; runbooks/recover.md what comes after it.

factory.bundle   the repository, whole; git clones it as if it was a server
settings         the stack files as they were, also what was not committed
state            of each stack; its secrets are encrypted with the passphrase among the keys
keys.tar.gpg     keys and passwords, for the recipients that manifest.json names
pins, pins.json  the pinned programs that were here, and what all of them are
addresses.json   who is where
"""


def write_bundle(place: Path, found: FoundHere, *, recipients: Sequence[Path]) -> Manifest:
    """Write *found* to *place*, a name that is free; it has that name only when all of it is on the disk."""
    new = place.with_name(f"{place.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700, parents=True)
    salt = secrets.token_hex(16)
    owners = fingerprints(recipients)
    for name, content in {**found.files, "START.txt": START.encode()}.items():
        _write(new / name, content)
    for name, file in found.artefacts.items():
        _write(new / name, file.read_bytes())
    _write(new / "keys.tar.gpg", sealed(found.keys, recipients=recipients))
    branch = git("rev-parse", "--abbrev-ref", "HEAD").strip()
    git("bundle", "create", "--quiet", str((new / "factory.bundle").resolve()), *{"HEAD", branch})
    manifest = Manifest(
        made=dt.datetime.now(dt.UTC),
        commit=found.commit,
        changed=found.changed,
        files={
            str(file.relative_to(new)): sha256(file.read_bytes()) for file in sorted(new.rglob("*")) if file.is_file()
        },
        states=found.states,
        recipients=owners,
        salt=salt,
        keys=salted(found, salt),
        missing_artefacts=found.missing_artefacts,
    )
    _write(new / NAME, manifest.text().encode())
    _write(new / DIGEST, f"{sha256(manifest.text().encode())}  {NAME}\n".encode())
    for folder in (new, *(each for each in new.rglob("*") if each.is_dir())):
        _on_disk(folder)
    new.rename(place)
    _on_disk(place.resolve().parent)
    return manifest


def salted(found: FoundHere, salt: str) -> dict[str, str]:
    """Return the digests of the key files; a passphrase could be guessed from its own, so it has none."""
    return {name: sha256(salt.encode() + content) for name, content in found.keys.items() if name != PASSPHRASE}


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with file.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def _on_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
