"""What the kernel of this computer can do, told to the machines as built-in modules."""

import platform
from pathlib import Path

from rehearsal.machines.system_command import system_command

MODULES = Path("/lib/modules")


def list_built_in_modules(root: Path) -> None:
    """Let `modprobe` in the file system at *root* succeed for what the kernel has, and fail for all else.

    A machine has no module files: it must not load any into the kernel, which is everybody's.
    """
    release = platform.release()
    folder = root / "lib/modules" / release
    folder.mkdir(parents=True, exist_ok=True)
    names = sorted(_loaded() | _built_in(MODULES / release / "modules.builtin"))
    (folder / "modules.builtin").write_text("".join(f"kernel/{name}.ko\n" for name in names))
    (folder / "modules.order").touch()
    system_command(["chroot", str(root), "depmod", release])


def _loaded() -> set[str]:
    """Return modules that are there now; the kernel shows a built-in one only where it has parameters."""
    file_systems = {line.split()[-1] for line in Path("/proc/filesystems").read_text().splitlines()}
    return {path.name for path in Path("/sys/module").iterdir()} | file_systems


def _built_in(path: Path) -> set[str]:
    return {Path(line).stem for line in path.read_text().splitlines()} if path.exists() else set()
