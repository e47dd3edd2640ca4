"""Finding parts in their sources."""

import hashlib
import io
import tarfile
import urllib.request
from pathlib import Path

import pytest

from rehearsal.part import Download, FoundPart, Installed, Part, PartMissingError, find_part
from rehearsal.parts import PULUMI, plugin, postgresql


def _part(*sources: Download | Installed) -> Part:
    return Part(name="tool", version="1.2", program="tool", sources=sources, remedy="apt-get install tool")


def _archive() -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as packed:
        info = tarfile.TarInfo("tool-1.2/bin/tool")
        info.size = 3
        packed.addfile(info, io.BytesIO(b"hey"))
    return content.getvalue()


def test_first_source_that_has_it_is_used(tmp_path: Path) -> None:
    """Sources are asked in order, and the origin of the answer is known."""
    program = tmp_path / "1.2" / "tool"
    program.parent.mkdir()
    program.touch()
    absent = Installed(paths=["/nowhere/{version}/tool"], origin="nowhere")

    found = find_part(_part(absent, Installed(paths=[f"{tmp_path}/{{version}}/tool"], origin="here")), cache=tmp_path)

    assert found == FoundPart(path=program, origin="here")


def test_missing_part_names_places_and_command(tmp_path: Path) -> None:
    """The error says what was looked for, where, and what brings it."""
    part = _part(Installed(paths=["/nowhere/tool"], origin="nowhere"), Download(url="https://example.org/{version}"))

    with pytest.raises(PartMissingError) as error:
        find_part(part, cache=tmp_path)

    assert str(error.value) == (
        "expected tool 1.2, found none in: /nowhere/tool; https://example.org/1.2 (its checksum is not pinned). "
        "Try: apt-get install tool"
    )


def test_download_is_checked_unpacked_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive with the pinned checksum is unpacked once; the second time it comes from the cache."""
    archive = _archive()
    digest = hashlib.sha256(archive).hexdigest()
    asked: list[str] = []

    def answer(url: str, timeout: int) -> io.BytesIO:
        asked.append(f"{url} {timeout}")
        return io.BytesIO(archive)

    monkeypatch.setattr(urllib.request, "urlopen", answer)
    part = _part(Download(url="https://example.org/{version}", sha256={"amd64": digest, "arm64": digest}))

    found = [find_part(part, cache=tmp_path) for _ in range(2)]

    assert found[0] == found[1]
    assert found[0].path == tmp_path / "tool" / "1.2" / "tool-1.2" / "bin" / "tool"
    assert found[0].path.read_bytes() == b"hey"
    assert len(asked) == 1


def test_wrong_checksum_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive with another checksum is not unpacked."""

    def answer(url: str, timeout: int) -> io.BytesIO:
        del url, timeout
        return io.BytesIO(b"something else")

    monkeypatch.setattr(urllib.request, "urlopen", answer)
    part = _part(Download(url="https://example.org/x", sha256={"amd64": "00", "arm64": "00"}))

    with pytest.raises(PartMissingError, match="expected SHA-256 00, found "):
        find_part(part, cache=tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_versions_are_exact() -> None:
    """No part floats: plugins have the version of their Python packages."""
    versions = [part.version for part in (PULUMI, plugin("postgresql"), plugin("random"))]

    assert all(version.replace(".", "").isdigit() for version in versions)
    assert {postgresql(version).version for version in ("15", "16", "18")} == {"15", "16", "18"}
