"""A rehearsal that leaves nothing behind, however it ends."""

import secrets
import shutil
import tempfile
from pathlib import Path

from rehearsal.bring_up import Wishes
from rehearsal.descendants import adopt_descendants, end_descendants
from rehearsal.interruption import interruption
from rehearsal.rehearse import rehearse
from rehearsal.report import Report
from rehearsal.servers.own_folder import PREFIX
from rehearsal.show import Show


def rehearse_supervised(wishes: Wishes, *, show: Show, keep: bool) -> tuple[Report, Path]:
    """Rehearse in a folder of its own; afterwards no process is left, and no folder unless *keep*."""
    # The name is drawn before the folder is made, so that an interruption in between knows what to remove.
    folder = Path(tempfile.gettempdir()).resolve() / f"{PREFIX}{secrets.token_hex(6)}"

    def clean() -> None:
        end_descendants()
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)

    adopt_descendants()
    with interruption():
        try:
            try:
                # Servers run as another user when this runs as root: they may pass through, not look around.
                folder.mkdir(mode=0o711)
                with show:
                    report = rehearse(folder, wishes, show=show)
            finally:
                clean()
        finally:
            # The signal may come in the first cleaning; there is only one, so this one is not cut short.
            clean()
    return report, folder
