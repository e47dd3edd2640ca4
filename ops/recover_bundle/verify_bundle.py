"""Whether a bundle is whole, complete and current."""

from collections.abc import Iterator
from pathlib import Path

import pydantic

from ops.recover_bundle.found_here import FoundHere
from ops.recover_bundle.manifest import DIGEST, NAME, Manifest, sha256
from ops.recover_bundle.write_bundle import salted

NEEDED = (
    "START.txt",
    "addresses.json",
    "factory.bundle",
    "keys.tar.gpg",
    "pins.json",
    "runbooks/recover-laptop-lost.md",
)


class NoBundleError(Exception):
    """There is nothing that says what the bundle holds; the text says why."""


def read_manifest(place: Path) -> Manifest:
    """Return what the bundle at *place* says of itself.

    Raises:
        NoBundleError: nothing, or not what was written.

    """
    try:
        text = (place / NAME).read_bytes()
        wanted = (place / DIGEST).read_text(encoding="utf-8").split()[:1]
    except OSError as error:
        raise NoBundleError(f"{error.filename}: {error.strerror}. Expected a bundle in {place}") from error
    if wanted != [sha256(text)]:
        raise NoBundleError(f"{place / NAME}: is not as it was written. Expected the digest in {DIGEST}")
    try:
        return Manifest.model_validate_json(text)
    except pydantic.ValidationError as error:
        raise NoBundleError(f"{place / NAME}: was written by another version of this program") from error


def whole(place: Path, manifest: Manifest) -> Iterator[str]:
    """Yield each file at *place* that is not as it was written, and what every bundle has and this one has not."""
    for name, digest in manifest.files.items():
        file = place / name
        if not file.is_file():
            yield f"{name}: missing"
        elif sha256(file.read_bytes()) != digest:
            yield f"{name}: is not as it was written"
    wanted = {*NEEDED, *(f"state/{stack}.json" for stack, there in manifest.states.items() if there)}
    for name in sorted(wanted - manifest.files.keys()):
        yield f"{name}: was never in it"
    written = {*manifest.files, NAME, DIGEST}
    for file in sorted(place.rglob("*")):
        if file.is_file() and str(file.relative_to(place)) not in written:
            yield f"{file.relative_to(place)}: nobody wrote it"


def current(manifest: Manifest, found: FoundHere) -> Iterator[str]:
    """Yield what is another here and now than when the bundle was made; what is not here is not compared."""
    if manifest.commit != found.commit:
        yield f"the repository: the bundle has {manifest.commit[:9]}, here is {found.commit[:9]}"
    for name, content in found.files.items():
        if name not in manifest.files:
            yield f"{name}: is not in the bundle"
        elif manifest.files[name] != sha256(content):
            yield f"{name}: is another now"
    known = salted(found, manifest.salt)
    for name, digest in known.items():
        if name not in manifest.keys:
            yield f"~/{name}: is not among the keys of the bundle"
        elif manifest.keys[name] != digest:
            yield f"~/{name}: is another now"
    for name in sorted(found.artefacts.keys() - manifest.files.keys()):
        yield f"{name}: is not in the bundle"
