"""The Debian that every machine starts from: built once, read only, shared by all."""

import contextlib
import fcntl
import hashlib
import os
import platform
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from rehearsal.machines.built_in_modules import list_built_in_modules
from rehearsal.machines.machine_files import OVERLAY, Placed
from rehearsal.machines.package_sources import RELEASE, PackageSources
from rehearsal.show import Show

CACHE = Path("~/.cache/factory/machines")
INCLUDED = (
    "ca-certificates", "dbus", "e2fsprogs", "ifupdown", "iproute2", "iputils-ping", "kmod", "netbase",
    "openssh-server", "procps", "python3", "sudo", "systemd", "systemd-sysv", "udev",
)  # fmt: skip
STAGES = {
    "I: running apt-get update": "package lists",
    "I: downloading packages": "download",
    "I: extracting archives": "unpack the essential packages",
    "I: installing essential": "install the essential packages",
    "I: installing remaining": "install the other packages",
    "I: cleaning": "tidy up",
}
"""What mmdebstrap says → what is shown."""
USER_ID = 1000
KEPT_SECONDS = 14 * 24 * 3600
OPTIONS = (
    "--mode=root", "--variant=minbase", "--skip=cleanup/apt/lists",
    "--dpkgopt=force-unsafe-io",
    f'--customize-hook=chroot "$1" useradd --create-home --uid {USER_ID} --groups adm,sudo --shell /bin/bash pi',
)  # fmt: skip


class BaseRootError(RuntimeError):
    """The base of the machines could not be built."""


def base_root(sources: PackageSources, *, cache: Path = CACHE, show: Show | None = None) -> Path:
    """Return the folder that holds the base; build it where it is missing, told by *show* or by a bar of its own."""
    folder = cache.expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    root = folder / f"base-{_digest(sources)}"
    with _locked(folder / "base.lock"):
        if not root.exists():
            _build(root, sources, show)
            _remove_old(folder)
    return root


def _digest(sources: PackageSources) -> str:
    """Name the recipe; the week is part of it, so that package lists and security updates do not grow old."""
    week = datetime.now(UTC).strftime("%G-%V")
    recipe = repr((INCLUDED, OPTIONS, OVERLAY, sources, RELEASE, platform.machine(), platform.release(), week))
    return hashlib.sha256(recipe.encode()).hexdigest()[:16]


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(root: Path, sources: PackageSources, show: Show | None) -> None:
    new = root.with_suffix(".new")
    shutil.rmtree(new, ignore_errors=True)
    log = root.parent / "base.log"
    # In namespaces of its own: however it ends, no process and no mount of it is left.
    command = [
        "setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
        "mmdebstrap", *OPTIONS, f"--include={','.join(INCLUDED)}", RELEASE, str(new), *sources.lines,
    ]  # fmt: skip
    with _shown(show) as told, log.open("w", encoding="utf-8") as lines:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, start_new_session=True,
        )  # fmt: skip
        try:
            _follow(process, lines.write, told)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if process.returncode != 0:
        said = "\n".join(log.read_text(encoding="utf-8").splitlines()[-15:])
        raise BaseRootError(
            f"expected mmdebstrap to build the base of the machines, it failed; its last lines:\n{said}"
        )
    _finish(new)
    new.rename(root)


@contextlib.contextmanager
def _shown(show: Show | None) -> Iterator[Show]:
    """Give the bar that is on the terminal: two at once would write over each other."""
    if show is not None:
        show.expect(len(STAGES))
        yield show
        return
    with Show(len(STAGES)) as own:
        yield own


def _remove_old(folder: Path) -> None:
    """Remove what an interrupted build left, and bases that no lab was started from for long."""
    oldest = time.time() - KEPT_SECONDS
    for path in folder.glob("base-*"):
        if path.suffix == ".new" or path.stat().st_mtime < oldest:
            shutil.rmtree(path, ignore_errors=True)


def _follow(process: "subprocess.Popen[str]", write: Callable[[str], object], show: Show) -> None:
    stage, started = "", time.monotonic()
    for line in process.stdout or ():
        write(line)
        found = next((name for mark, name in STAGES.items() if line.startswith(mark)), "")
        if found and found != stage:
            if stage:
                show.end(f"base of the machines: {stage}", passed=True, seconds=time.monotonic() - started)
            stage, started = found, time.monotonic()
            show.begin(f"base of the machines: {stage}")
    process.wait()
    if stage:
        show.end(f"base of the machines: {stage}", passed=process.returncode == 0, seconds=time.monotonic() - started)


def _finish(root: Path) -> None:
    """Take out what belongs to one machine only, and put in what makes a Debian root a machine of the rehearsal."""
    for key in (root / "etc/ssh").glob("ssh_host_*"):
        key.unlink()
    for name in ("etc/machine-id", "etc/resolv.conf"):
        (root / name).unlink(missing_ok=True)
    for place, what in OVERLAY.items():
        path = root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(what, Placed):
            path.write_text(what.text, encoding="utf-8")
            path.chmod(what.mode)
        else:
            path.unlink(missing_ok=True)
            path.symlink_to(what)
    list_built_in_modules(root)
