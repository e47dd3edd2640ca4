"""The Debian system inside the stand-in images."""

import os
import platform
import shlex
import subprocess
from pathlib import Path

from rehearsal.images.image import Image
from rehearsal.machines.package_sources import NoMirrorError, package_sources

RELEASE = "bookworm"
PACKAGES = "bash,ca-certificates"
LEFT_OUT = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/share/info/*")
BASE_RECIPE = (RELEASE, PACKAGES, *LEFT_OUT, platform.machine())
LOG_LINES = 15

# In mount and process namespaces of its own: whatever happens, nothing stays mounted and nothing runs on.
ALONE = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private")

ADD = """
set -eu
mount -t overlay overlay -o lowerdir={base},upperdir={upper},workdir={work} {root}
mount -t proc proc {root}/proc
cp /etc/resolv.conf {root}/etc/resolv.conf
if [ -n "{packages}" ]; then
  chroot {root} apt-get update -qq
  chroot {root} apt-get install -y -qq --no-install-recommends {packages}
fi
chroot {root} sh -euc {setup}
"""


class ImageBuildError(RuntimeError):
    """A system for an image could not be made."""


def make_base(root: Path) -> Path:
    """Install the smallest Debian system into the folder, which is not there yet, and return it."""
    options = [f"--dpkgopt=path-exclude={pattern}" for pattern in LEFT_OUT]
    try:
        suites = package_sources().lines
    except NoMirrorError as error:
        raise ImageBuildError(str(error)) from error
    _run("mmdebstrap", "--quiet", "--variant=minbase", f"--include={PACKAGES}", *options, RELEASE, str(root), *suites)
    return root


def add_packages(base: Path, folder: Path, *, image: Image) -> Path:
    """Return a folder with what the image's packages and set-up add to the base or change of it."""
    upper, work, root = (folder / name for name in ("root", "work", "mounted"))
    for each in (upper, work, root):
        each.mkdir()
    script = ADD.format(
        base=base,
        upper=upper,
        work=work,
        root=root,
        packages=" ".join(map(shlex.quote, image.packages)),
        setup=shlex.quote("\n".join(image.setup) or "true"),
    )
    _run(*ALONE, "sh", "-c", script)
    return upper


def _run(*command: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-LOG_LINES:])
        raise ImageBuildError(f"{command[0]} ended with {done.returncode}; its last lines:\n{said}")
