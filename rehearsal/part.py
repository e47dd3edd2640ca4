"""A part of the lab: its sources in order, and how it is found."""

import hashlib
import os
import platform
import shutil
import tarfile
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rehearsal.go_module import BuildError, GoModule, built

CACHE = Path("~/.cache/factory/parts")
CPUS = {"x86_64": "amd64", "aarch64": "arm64"}
TIMEOUT_SECONDS = 60


class PartMissingError(RuntimeError):
    """No source gave the part."""


@dataclass(frozen=True, kw_only=True)
class Download:
    """An official archive; it is used only where its checksum is pinned."""

    url: str
    """Address, with {version} and {cpu} to be filled in."""
    sha256: Mapping[str, str] = field(default_factory=dict)
    """Checksum of the archive per CPU; a CPU that is missing here is an open pin."""
    cpu_names: Mapping[str, str] = field(default_factory=dict)
    """What the address calls a CPU, where that is not amd64 or arm64."""

    origin = "official download"


@dataclass(frozen=True, kw_only=True)
class Installed:
    """A program that the machine or the Python environment already has."""

    paths: Sequence[str]
    """Places to look at, in order; {version} is filled in, `~` is the home folder, a bare name is looked up on PATH."""
    origin: str
    """What the parity table says."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part with its sources in order."""

    name: str
    """Name in the parity table."""
    version: str
    """Pinned version; never a floating one."""
    program: str
    """File that makes the part usable."""
    sources: Sequence[Download | Installed | GoModule]
    """Where it may come from."""
    remedy: str
    """Command that brings it."""


@dataclass(frozen=True, kw_only=True)
class FoundPart:
    """A part on this machine."""

    path: Path
    """The program."""
    origin: str
    """Where it came from."""


def find_part(part: Part, *, cache: Path = CACHE) -> FoundPart:
    """Return *part* from the first source that has it."""
    tried: list[str] = []
    for source in part.sources:
        if isinstance(source, Installed):
            for place in source.paths:
                path = _existing(place.format(version=part.version))
                if path is not None:
                    return FoundPart(path=path, origin=source.origin)
                tried.append(place.format(version=part.version))
            continue
        folder = cache.expanduser() / part.name / part.version
        answer = _built(part, source, folder) if isinstance(source, GoModule) else _downloaded(part, source, folder)
        if isinstance(answer, Path):
            return FoundPart(path=answer, origin=source.origin)
        tried.append(answer)
    raise PartMissingError(
        f"expected {part.name} {part.version}, found none in: {'; '.join(tried)}. Try: {part.remedy}"
    )


def _existing(place: str) -> Path | None:
    found = shutil.which(place) if "/" not in place else place
    path = Path(found).expanduser() if found else None
    return path if path is not None and path.exists() else None


def _built(part: Part, source: GoModule, folder: Path) -> Path | str:
    """Return the program, built where it was not before, or why there is none."""
    try:
        return built(source, folder=folder) / part.program
    except BuildError as error:
        return str(error)


def _downloaded(part: Part, source: Download, folder: Path) -> Path | str:
    """Return the program from the cache or the network, or why there is none."""
    cpu = CPUS.get(platform.machine(), platform.machine())
    url = source.url.format(version=part.version, cpu=source.cpu_names.get(cpu, cpu))
    checksum = source.sha256.get(cpu)
    if checksum is None:
        return f"{url} (its checksum is not pinned)"
    if not folder.exists():
        try:
            content = _fetch(url, checksum)
        except (OSError, ValueError) as error:
            return f"{url} ({error})"
        _unpack(content, folder)
    found = sorted(folder.rglob(part.program))
    return found[0] if found else f"{url} (holds no {part.program})"


def _fetch(url: str, checksum: str) -> bytes:
    if not url.startswith("https://"):
        raise ValueError("expected an https address")
    with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - https is checked above
        content: bytes = answer.read()
    digest = hashlib.sha256(content).hexdigest()
    if digest != checksum:
        raise ValueError(f"expected SHA-256 {checksum}, found {digest}")
    return content


def _unpack(content: bytes, folder: Path) -> None:
    """Unpack beside the target and move, so that a half-made folder is never taken for a part."""
    half = folder.with_name(f"{folder.name}.{os.getpid()}")
    half.mkdir(parents=True)
    archive = half / "archive"
    archive.write_bytes(content)
    with tarfile.open(archive) as packed:
        packed.extractall(half)  # noqa: S202 - its checksum is pinned; Debian 12's Python knows no filter
    archive.unlink()
    try:
        half.rename(folder)
    except OSError:
        # Another rehearsal was quicker; its copy has the same checksum.
        shutil.rmtree(half)
