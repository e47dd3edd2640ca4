"""Makes .venv from the two requirement files.

It runs before anything is installed, so it imports the standard library only. The stamp is written last: an
environment without one was never finished.
"""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import threading
import time
import venv
from pathlib import Path
from typing import IO

REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
STAMP = "factory-stamp"
LEFT_UNCOMPILED = "pulumi_gcp"  # half of all the code, of which a run needs a handful of modules
LACKING = 3
INTERRUPTED = 130
SHOWN_LINES = 12


class Progress:
    """Says what is being done: one line that is overwritten on a terminal, plain lines elsewhere."""

    def __init__(self) -> None:
        """Look at where the lines go."""
        self._overwrites = sys.stderr.isatty() and os.environ.get("CI", "") in {"", "false", "0"}
        self._started = time.monotonic()

    def step(self, text: str) -> None:
        """Begin a step."""
        self._write(f"factory: {text}", end="" if self._overwrites else "\n")

    def count(self, text: str, *, done: int, total: int) -> None:
        """Show how far a step is; without a terminal its first line is enough."""
        if self._overwrites:
            filled = 30 * min(done, total) // max(total, 1)
            self._write(f"factory: [{'#' * filled}{'.' * (30 - filled)}] {done}/{total} {text}", end="")

    def finish(self, text: str) -> None:
        """Close with the time that everything took."""
        self._write(f"factory: {text} in {time.monotonic() - self._started:.0f} s", end="\n")

    def _write(self, line: str, *, end: str) -> None:
        sys.stderr.write(f"\r\033[K{line}{end}" if self._overwrites else f"{line}{end}")
        sys.stderr.flush()


def main(root: Path, digest: str) -> int:
    """Make the environment of the checkout *root* and return an exit code."""
    with (root / ".venv.lock").open("w") as lock:
        if _waited_for(lock) and _is_made_from(root, digest):
            return 0
        progress = Progress()
        try:
            _make(root, digest, progress)
        except subprocess.CalledProcessError as failure:
            lines = str(failure.output or "").strip().splitlines()[-SHOWN_LINES:]
            sys.stderr.write("\n".join(["", "factory: the packages could not be installed; pip said:", *lines, ""]))
            sys.stderr.write("factory: start the same command again when the cause is removed\n")
            return LACKING
        except KeyboardInterrupt:
            sys.stderr.write("\nfactory: interrupted; the next start makes .venv again\n")
            return INTERRUPTED
    return 0


def _waited_for(lock: IO[str]) -> bool:
    """Take the lock; the kernel frees it when its holder dies, so it can never be stale."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.stderr.write("factory: another start is making .venv; waiting for it\n")
        fcntl.flock(lock, fcntl.LOCK_EX)
        return True
    return False


def _is_made_from(root: Path, digest: str) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return (root / ".venv" / STAMP).read_text().splitlines()[0] == digest
    return False


def _make(root: Path, digest: str, progress: Progress) -> None:
    folder = root / ".venv"
    progress.step(f"making .venv with Python {sys.version.split()[0]}")
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    packages = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"

    _install(root, python, packages, progress)
    progress.step("compiling the packages")
    compile_all = [python, "-m", "compileall", "-q", "-j", "0", "-x", LEFT_UNCOMPILED, str(packages)]
    # Some packages carry files for other Python versions; those never compile.
    subprocess.run(compile_all, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    # Every process of this environment finds our packages, also a plugin that another program starts.
    (packages / "factory.pth").write_text(f"{root}\n")
    made_with = subprocess.run([python, "-V"], check=True, capture_output=True, text=True).stdout.strip()
    count = len(list(packages.glob("*.dist-info")))
    (folder / STAMP).write_text(f"{digest}\n{made_with}\n{root}\n{count}\n")
    progress.finish(f".venv is ready: {count} packages")


def _install(root: Path, python: str, packages: Path, progress: Progress) -> None:
    files = [argument for name in REQUIREMENTS for argument in ("-r", str(root / name))]
    total = sum(1 for name in REQUIREMENTS for line in (root / name).open() if line[:1].isalnum())
    progress.step(f"installing {total} packages, each checked against its hash")
    command = [
        python,
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--no-compile",
    ]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "factory" / "pip"
    environment = {"PIP_CACHE_DIR": str(cache), **os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    with subprocess.Popen(
        [*command, "--progress-bar", "off", *files],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as pip:
        output: list[str] = []
        reader = threading.Thread(target=_follow, args=(pip.stdout, output), daemon=True)
        reader.start()
        try:
            while pip.poll() is None:
                fetched = sum(line.startswith("Collecting ") for line in output)
                installed = len(list(packages.glob("*.dist-info")))
                if any(line.startswith("Installing ") for line in output):
                    progress.count("packages installed", done=installed, total=total)
                else:
                    progress.count("packages fetched", done=fetched, total=total)
                time.sleep(0.2)
        except KeyboardInterrupt:
            pip.terminate()
            raise
        reader.join()
    if pip.returncode:
        raise subprocess.CalledProcessError(pip.returncode, command, output="".join(output))


def _follow(stream: IO[str] | None, output: list[str]) -> None:
    for line in stream or ():
        output.append(line)  # noqa: PERF402 - the list is read while it grows


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
