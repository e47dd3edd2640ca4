"""Which pinned files lie in a folder, and which do not."""

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ops.recover_bundle.pinned_file import PinnedFile


@dataclasses.dataclass(frozen=True, kw_only=True)
class FoundArtefacts:
    """What was found."""

    files: Mapping[str, Path]
    """Path in the bundle → file."""
    missing: Sequence[PinnedFile]
    """What was not."""


def found_artefacts(pinned: Sequence[PinnedFile], folder: Path | None) -> FoundArtefacts:
    """Return which of *pinned* are in *folder*, whatever they are called there."""
    there = _by_digest(folder) if folder else {}
    files: dict[str, Path] = {}
    missing = []
    for one in pinned:
        found = dict(_image(one, there) if one.is_image else _plain(one, there))
        files |= found
        if not found:
            missing.append(one)
    return FoundArtefacts(files=files, missing=missing)


def _plain(one: PinnedFile, there: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    for digest in sorted(one.digests & there.keys()):
        # A package is looked for by the name that its publisher gave it.
        name = there[digest].name if one.folder == "pins/packages" else one.name
        yield f"{one.folder}/{name}", there[digest]


def _image(one: PinnedFile, there: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    """Yield the list, and all that it leads to; nothing where a part of it is not there."""
    wanted, known = [*one.digests], set[str]()
    while wanted:
        digest = wanted.pop()
        if digest not in there:
            return
        known.add(digest)
        wanted += [each for each in _named_in(there[digest]) if each not in known]
    yield from ((f"{one.folder}/blobs/sha256/{digest}", there[digest]) for digest in sorted(known))


def _named_in(file: Path) -> Iterator[str]:
    """Yield the digests that a list of images, or an image, names; a layer names none."""
    try:
        content = json.loads(file.read_bytes())
    except ValueError:
        return
    parts = content if isinstance(content, dict) else {}
    for each in (*parts.get("manifests", ()), *parts.get("layers", ()), parts.get("config")):
        if isinstance(each, dict) and "digest" in each:
            yield str(each["digest"]).removeprefix("sha256:")


def _by_digest(folder: Path) -> Mapping[str, Path]:
    found: dict[str, Path] = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            with file.open("rb") as opened:
                found[hashlib.file_digest(opened, "sha256").hexdigest()] = file
    return found
