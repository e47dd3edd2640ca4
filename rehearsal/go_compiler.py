"""The Go compiler: the one that is here, or the publisher's own, which is itself a Go module."""

import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
import urllib.request
import zipfile
from pathlib import Path

VERSION = "1.26.8"
OLDEST = (1, 26, 5)
"""What the modules under `rehearsal/tools` ask for."""
CACHE = Path("~/.cache/factory/parts/go")
PROXY = "GOPROXY"
"""Variable that names the module proxy, as Go itself reads it."""
# renovate: datasource=golang-version depName=go
ARCHIVES = {
    "x86_64": ("amd64", "30c2b1bf7dcc88d3eb0a1364e47ddd9128edb3110a30e8a0ef61cd5856b31de7"),
    "aarch64": ("arm64", "02b36b6787b3ac767668f630e2998df45a3b1f9ffee08d1bf3ef6487cd658d99"),
}
"""CPU → its name and the SHA-256 of the archive, whose content Go's own checksum database confirmed."""
TIMEOUT_SECONDS = 60
PROGRAM_FOLDERS = ("bin/", "pkg/tool/")


class CompilerMissingError(RuntimeError):
    """There is no Go compiler and none could be had; the text says why."""


def go_compiler(*, cache: Path = CACHE) -> Path:
    """Return a Go compiler that is new enough: of PATH, else downloaded once from the module proxy of `GOPROXY`."""
    found = shutil.which("go")
    if found is not None and _version(Path(found)) >= OLDEST:
        return Path(found)
    folder = cache.expanduser() / VERSION
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{VERSION}.lock").open("w") as lock:
        # Let one process at a time download; the lock goes with the process.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _install(folder)
    return folder / "bin/go"


def _proxy() -> str:
    """Return the first module proxy that the environment names."""
    named = re.split(r"[,|]", os.environ.get(PROXY, ""))[0].rstrip("/")
    if not named.startswith("https://"):
        oldest = ".".join(map(str, OLDEST))
        raise CompilerMissingError(
            f"expected Go {oldest} or later on PATH, found none: https://go.dev/doc/install; "
            f"or set {PROXY} to a module proxy, and it is fetched from there"
        )
    return named


def _version(compiler: Path) -> tuple[int, ...]:
    # With this setting it tells of itself, and downloads no other.
    environment = {**os.environ, "GOTOOLCHAIN": "local"}
    said = subprocess.run([compiler, "version"], env=environment, capture_output=True, text=True, check=False).stdout
    found = re.search(r"\bgo(\d+(?:\.\d+)*)", said)
    return tuple(map(int, found[1].split("."))) if found else ()


def _install(folder: Path) -> None:
    """Download, verify, unpack beside the target and move."""
    if platform.system() != "Linux" or platform.machine() not in ARCHIVES:
        raise CompilerMissingError("expected a Go compiler on PATH, found none: https://go.dev/doc/install")
    cpu, checksum = ARCHIVES[platform.machine()]
    module = f"golang.org/toolchain@v0.0.1-go{VERSION}.linux-{cpu}"
    url = f"{_proxy()}/{module.replace('@', '/@v/')}.zip"
    half = folder.with_name(f"{VERSION}.half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir()
    archive = half / "archive.zip"
    try:
        with (
            urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer,  # noqa: S310 - https is checked in _proxy
            archive.open("wb") as file,
        ):
            shutil.copyfileobj(answer, file)
    except OSError as error:
        raise CompilerMissingError(f"expected a Go compiler on PATH or at {url}: {error}") from error
    with archive.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != checksum:
        raise CompilerMissingError(f"{url}: expected SHA-256 {checksum}, found {digest}")
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(half)
    root = half / module
    for path in root.rglob("*"):
        # A module's archive keeps no modes.
        if path.is_file() and str(path.relative_to(root)).startswith(PROGRAM_FOLDERS):
            path.chmod(0o755)
    root.rename(folder)
    shutil.rmtree(half)
