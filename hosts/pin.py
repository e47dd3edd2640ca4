"""What is pinned: a program, a container image, a Helm chart, a key that signs packages."""

import dataclasses
import urllib.parse
from collections.abc import Mapping
from typing import Literal

Architecture = Literal["amd64", "arm64"]
"""A kind of processor, in Debian's words."""

ARCHITECTURES: tuple[Architecture, ...] = ("amd64", "arm64")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Download:
    """One file of a publisher, for one kind of processor."""

    url: str
    """Where it is; `{version}` stands for the pin's version."""
    checksums: str
    """Where the publisher says its SHA-256: lines of `digest  name`."""
    member: str | None
    """Path of the program inside the archive; None where the file is the program itself."""
    sha256: str | None
    """As the publisher says; None while nobody could read it there: an open pin."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Program:
    """A program that is downloaded, verified and moved into place."""

    version: str
    files: Mapping[Architecture, Download]

    @property
    def is_open(self) -> bool:
        """Tell whether a checksum is missing."""
        return any(file.sha256 is None for file in self.files.values())

    def file(self, architecture: Architecture) -> Download:
        """Return the file for that processor, its version filled in."""
        found = self.files[architecture]
        in_url = urllib.parse.quote(self.version, safe="")
        return dataclasses.replace(
            found,
            url=found.url.format(version=in_url),
            checksums=found.checksums.format(version=in_url),
            member=None if found.member is None else found.member.format(version=self.version),
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Image:
    """A container image."""

    name: str
    """With its registry, for example `docker.io/library/postgres`."""
    version: str
    """The tag."""
    digest: str | None
    """`sha256:…` of the list of images for all processors; None while nobody could read it: an open pin."""

    @property
    def is_open(self) -> bool:
        """Tell whether the digest is missing."""
        return self.digest is None

    @property
    def named(self) -> str:
        """Name and tag: what the rehearsal uses, whose images are its own."""
        return f"{self.name}:{self.version}"

    @property
    def pinned(self) -> str:
        """Name, tag and digest: what production uses."""
        if self.digest is None:
            raise ValueError(f"{self.named}: expected a digest, found an open pin: run `./factory pins update`")
        return f"{self.named}@{self.digest}"


@dataclasses.dataclass(frozen=True, kw_only=True)
class SigningKey:
    """The key that a repository of packages is signed with."""

    url: str
    """Where the publisher has it."""
    fingerprint: str | None
    """Of its primary key, 40 hexadecimal digits, as its documentation says; None is an open pin."""

    @property
    def is_open(self) -> bool:
        """Tell whether the fingerprint is missing."""
        return self.fingerprint is None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Chart:
    """A Helm chart, which reaches the cluster as the content of its archive."""

    repository: str
    """Where its `index.yaml` is."""
    name: str
    """As the index calls it."""
    version: str | None
    """Exact; None while nobody could read it there: an open pin."""
    sha256: str | None
    """Of the archive, as the index says; None while nobody could read it there: an open pin."""

    @property
    def is_open(self) -> bool:
        """Tell whether version or checksum is missing."""
        return self.version is None or self.sha256 is None


Pin = Program | Image | Chart | SigningKey
