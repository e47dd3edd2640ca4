"""Limits of this computer's kernel that several systems on one kernel would run into."""

from pathlib import Path

LEAST = {
    # Each machine's systemd, udev, D-Bus and journal hold some, and all machines count as one user.
    Path("/proc/sys/fs/inotify/max_user_instances"): 8192,
    Path("/proc/sys/fs/inotify/max_user_watches"): 524288,
}


def raise_kernel_limits() -> None:
    """Raise what is too low, until this computer starts again; nothing is lowered."""
    for path, least in LEAST.items():
        if int(path.read_text()) < least:
            path.write_text(f"{least}\n")
