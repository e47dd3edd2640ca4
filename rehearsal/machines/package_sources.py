"""Where this computer gets its Debian packages; the machines get theirs from the same places."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

RELEASE = "bookworm"
FOLDER = Path("/etc/apt")


class NoMirrorError(RuntimeError):
    """The sources of apt name no mirror of the release."""


@dataclass(frozen=True, kw_only=True)
class PackageSources:
    """Mirrors of the release."""

    lines: tuple[str, ...]
    """Lines for `sources.list`."""
    hosts: tuple[str, ...]
    """Hosts that these lines name."""


def package_sources(folder: Path = FOLDER) -> PackageSources:
    """Return the mirrors of the release that the sources of apt in *folder* name."""
    found = {
        suite: address
        for address, suite in [*_one_line_style(folder), *_deb822_style(folder)]
        if suite == RELEASE or suite.startswith(f"{RELEASE}-")
    }
    if RELEASE not in found:
        raise NoMirrorError(
            f"the machines of the rehearsal need a mirror of Debian {RELEASE}, the sources of apt in {folder} name none"
        )
    hosts = sorted({urlsplit(address).hostname or "" for address in found.values()} - {""})
    lines = tuple(f"deb {address} {suite} main" for suite, address in sorted(found.items()))
    return PackageSources(lines=lines, hosts=tuple(hosts))


def _one_line_style(folder: Path) -> Iterator[tuple[str, str]]:
    for path in [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*.list"))]:
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
            words = line.partition("#")[0].split()
            if not words or words[0] != "deb":
                continue
            # Options stand in brackets, which may hold blanks: what follows the closing one is address and suite.
            rest = line.partition("]")[2].split() if words[1].startswith("[") else words[1:]
            yield rest[0], rest[1]


def _deb822_style(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted((folder / "sources.list.d").glob("*.sources")):
        for stanza in path.read_text(encoding="utf-8").split("\n\n"):
            fields = _fields(stanza)
            if "deb" in fields.get("types", "").split() and fields.get("enabled", "yes").strip() != "no":
                for address in fields.get("uris", "").split():
                    for suite in fields.get("suites", "").split():
                        yield address, suite


def _fields(stanza: str) -> dict[str, str]:
    found: dict[str, str] = {}
    name = ""
    for line in stanza.splitlines():
        if line.startswith("#"):
            continue
        if not line[:1].isspace():
            name, _, line = line.partition(":")  # noqa: PLW2901  # what follows the name is the first line of the value
            name = name.strip().lower()
        found[name] = f"{found.get(name, '')} {line.strip()}"
    return found
