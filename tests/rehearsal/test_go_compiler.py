"""Where the Go compiler comes from."""

import hashlib
import io
import platform
import subprocess
import urllib.request
import zipfile
from pathlib import Path

import pytest

from rehearsal import go_compiler as go
from rehearsal.go_compiler import CompilerMissingError, go_compiler

pytestmark = pytest.mark.skipif(platform.system() != "Linux", reason="elsewhere no compiler is downloaded")


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the proxy answer with a small archive, and PATH have an old compiler only; return what is asked."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        name = f"golang.org/toolchain@v0.0.1-go{go.VERSION}.linux-cpu"
        packed.writestr(f"{name}/bin/go", "#!/bin/sh\necho go version go9.9 linux/cpu\n")
        packed.writestr(f"{name}/src/go.go", "package main\n")
    monkeypatch.setenv("GOPROXY", "https://proxy.example,direct")
    digest = hashlib.sha256(content.getvalue()).hexdigest()
    monkeypatch.setattr(go, "ARCHIVES", {platform.machine(): ("cpu", digest)})
    asked: list[str] = []

    def answer(url: str, timeout: int) -> io.BytesIO:
        asked.append(f"{url} {timeout}")
        return io.BytesIO(content.getvalue())

    monkeypatch.setattr(urllib.request, "urlopen", answer)
    return asked


def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> Path:
    """Put a compiler on PATH that says that it is of a version."""
    compiler = tmp_path / "path" / "go"
    compiler.parent.mkdir()
    compiler.write_text(f"#!/bin/sh\necho go version go{version} linux/amd64\n")
    compiler.chmod(0o755)
    monkeypatch.setenv("PATH", f"{compiler.parent}:/usr/bin:/bin")
    return compiler


def test_new_one_on_path_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, archive: list[str]) -> None:
    """A compiler that is here and new enough is used, and nothing is downloaded."""
    compiler = on_path(tmp_path, monkeypatch, "1.26.5")
    assert (go_compiler(cache=tmp_path), archive) == (compiler, [])


def test_old_one_on_path_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, archive: list[str]) -> None:
    """Debian's compiler is too old: the publisher's is downloaded once, and runs."""
    on_path(tmp_path, monkeypatch, "1.19.8")
    found = go_compiler(cache=tmp_path)
    assert subprocess.run([found], capture_output=True, text=True, check=True).stdout.startswith("go version go9.9")
    assert go_compiler(cache=tmp_path) == found
    assert archive == [f"https://proxy.example/golang.org/toolchain/@v/v0.0.1-go{go.VERSION}.linux-cpu.zip 60"]


@pytest.mark.parametrize("proxy", [None, "", "off", "direct", "http://proxy.example"])
def test_no_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, archive: list[str], proxy: str | None) -> None:
    """Without a proxy, or with one that is not encrypted, nothing is asked, and the error says what helps."""
    on_path(tmp_path, monkeypatch, "1.19.8")
    monkeypatch.delenv("GOPROXY")
    if proxy is not None:
        monkeypatch.setenv("GOPROXY", proxy)
    with pytest.raises(
        CompilerMissingError, match=r"expected Go 1\.26\.5 or later on PATH, found none: .* set GOPROXY"
    ):
        go_compiler(cache=tmp_path)
    assert archive == []


def test_other_content_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, archive: list[str]) -> None:
    """An archive with another checksum is not unpacked."""
    on_path(tmp_path, monkeypatch, "1.19.8")
    monkeypatch.setattr(go, "ARCHIVES", {platform.machine(): ("cpu", "0" * 64)})
    with pytest.raises(CompilerMissingError, match="expected SHA-256 0000"):
        go_compiler(cache=tmp_path)
    assert not (tmp_path / go.VERSION).exists()
    assert len(archive) == 1
