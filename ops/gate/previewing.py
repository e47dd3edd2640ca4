"""The engine that is asked for a preview."""

from pathlib import Path

from ops.gate.embedded_preview import EmbeddedPreview
from ops.gate.official_preview import OfficialPreview
from ops.gate.previewed import Previewing


def previewing(program: str | None, *, saved: Path) -> Previewing:
    """Return the official CLI *program*, which keeps its plan in *saved*; the embedded engine without one."""
    return EmbeddedPreview() if program is None else OfficialPreview(program, saved=saved)
