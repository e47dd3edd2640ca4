"""What is pinned and comes from a publisher: programs, packages, charts and images."""

import dataclasses
import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Final

from hosts.pin import Chart, Image, Pin, Program

REQUIREMENTS: Final = ("requirements.txt", "requirements-dev.txt")
"""Files with the packages that `./factory` sets itself up with."""
PACKAGES: Final = "pip download --require-hashes --no-deps -r requirements.txt -r requirements-dev.txt --dest DIR"
_REQUIREMENT: Final = re.compile(r"^([A-Za-z0-9._-]+)==(\S+?)( ;.*)? \\$", re.MULTILINE)
_NOT_OURS: Final = "sys_platform == 'win32'"
"""Of such a package no system that this runs on is given a file."""
_HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclasses.dataclass(frozen=True, kw_only=True)
class PinnedFile:
    """One of them."""

    name: str
    """What it is, with its version."""
    folder: str
    """Folder in the bundle."""
    digests: frozenset[str]
    """Any file with one of these SHA-256 is it; none while the pin is open."""
    helps: str
    """The command that brings it into a folder DIR, or closes the pin."""
    is_image: bool = False
    """Whether the digest is that of a list, which names the files that it needs."""


def pinned_files(pins: Mapping[str, Pin], requirements: str) -> Iterator[PinnedFile]:
    """Yield what *pins* name, and the packages of the text *requirements*."""
    for name, pin in pins.items():
        closes = f"./factory pins update {name}"
        if isinstance(pin, Program):
            for architecture in pin.files:
                file = pin.file(architecture)
                helps = f"curl --fail --location --remote-name --output-dir DIR {file.url}"
                yield _one(f"{name}-{pin.version}-{architecture}", "", file.sha256, helps=helps, closes=closes)
        elif isinstance(pin, Chart):
            helps = f"helm pull {pin.name} --repo {pin.repository} --version {pin.version} --destination DIR"
            yield _one(f"{name}-{pin.version or 'open'}", "charts", pin.sha256, helps=helps, closes=closes)
        elif isinstance(pin, Image):
            digest = None if pin.digest is None else pin.digest.removeprefix("sha256:")
            helps = f"skopeo copy --all docker://{pin.name}@{pin.digest} oci:DIR/images:{pin.named}"
            yield dataclasses.replace(_one(pin.named, "images", digest, helps=helps, closes=closes), is_image=True)
    yield from _packages(requirements)


def _one(name: str, folder: str, digest: str | None, *, helps: str, closes: str) -> PinnedFile:
    return PinnedFile(
        name=name, folder=f"pins/{folder}".rstrip("/"), digests=frozenset({digest} if digest else ()),
        helps=helps if digest else closes,
    )  # fmt: skip


def _packages(requirements: str) -> Iterator[PinnedFile]:
    found = [*_REQUIREMENT.finditer(requirements)]
    for each, following in itertools.zip_longest(found, found[1:]):
        end = following.start() if following else len(requirements)
        if _NOT_OURS not in (each[3] or ""):
            yield PinnedFile(
                name=f"{each[1]}-{each[2]}", folder="pins/packages", helps=PACKAGES,
                digests=frozenset(_HASH.findall(requirements[each.end() : end])),
            )  # fmt: skip
