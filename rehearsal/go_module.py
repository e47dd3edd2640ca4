"""Programs built from Go modules, each from a `go.mod` of its own: what one needs excludes what another needs."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rehearsal.go_compiler import CompilerMissingError, go_compiler

TOOLS = Path(__file__).with_name("tools")
STAMP = "recipe"
LOG_LINES = 15
BUILD_ENVIRONMENT = {"GOTOOLCHAIN": "local", "GOFLAGS": "", "GOWORK": "off"}
"""What somebody set for other work has no say."""


class BuildError(RuntimeError):
    """A program could not be built; the text says why."""


@dataclass(frozen=True, kw_only=True)
class GoModule:
    """Programs that are built from the Go modules pinned in a folder."""

    name: str
    """Folder under `rehearsal/tools` with `go.mod` and `go.sum`, and with files of Go where a program is our own."""
    programs: Mapping[str, str]
    """Name of the program → Go package; all of them are built together."""
    tags: Sequence[str] = ()
    """Build tags."""
    linker: Sequence[str] = ()
    """What the linker is told, for example `-X main.Version=1.0`."""
    environment: Mapping[str, str] = field(default_factory=lambda: {"CGO_ENABLED": "0"})
    """Variables of the build; without C a program runs on any system of its CPU."""
    tools: Path = TOOLS
    """Where the folder is."""

    origin = "built from its Go module"

    @property
    def recipe(self) -> str:
        """Digest of all that decides what comes out, except the compiler."""
        words = [f"{key}={value}" for key, value in (*self.programs.items(), *self.environment.items())]
        folder = self.tools / self.name
        pinned = [path.read_text() for path in (folder / "go.mod", folder / "go.sum", *sorted(folder.glob("*.go")))]
        return hashlib.sha256("\0".join([*words, *self.tags, *self.linker, *pinned]).encode()).hexdigest()


def built(module: GoModule, *, folder: Path) -> Path:
    """Return *folder* with the programs in it, built now unless the same recipe was built there before."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        stamp = folder / STAMP
        if stamp.exists() and stamp.read_text() == module.recipe:
            return folder
        compiler = found_compiler()
        half = folder.with_name(f"{folder.name}.half")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir()
        for program, package in module.programs.items():
            _build(module, compiler, package, target=half / program)
        (half / STAMP).write_text(module.recipe)
        shutil.rmtree(folder, ignore_errors=True)
        half.rename(folder)
    return folder


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process at a time build into the folder; the lock goes with the process."""
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def found_compiler() -> Path:
    """Return the Go compiler."""
    try:
        return go_compiler()
    except CompilerMissingError as error:
        raise BuildError(str(error)) from error


def _build(module: GoModule, compiler: Path, package: str, *, target: Path) -> None:
    command = [str(compiler), "build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-o", str(target)]
    command += ["-tags", " ".join(module.tags)] if module.tags else []
    command += ["-ldflags", " ".join(module.linker)] if module.linker else []
    done = subprocess.run(
        [*command, package],
        cwd=module.tools / module.name,
        env={**os.environ, **BUILD_ENVIRONMENT, **module.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = "\n".join(done.stderr.splitlines()[-LOG_LINES:])
        raise BuildError(f"go build {package} ended with {done.returncode}; its last lines:\n{said}")
