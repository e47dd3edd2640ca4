"""What a lab keeps about itself beside its machines' files, so that it can be started again."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

FILE = "lab.json"


@dataclass(frozen=True, kw_only=True)
class LabLayout:
    """Which machines there are, and what they start from."""

    names: tuple[str, ...]
    """Names in the order of their addresses."""
    disk_mib: int
    """Size of each data disk."""
    base: str
    """Folder of the base: what a machine wrote fits to no other."""

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """Return the layout of the lab in *folder*, None when there is none."""
        path = folder / FILE
        if not path.exists():
            return None
        document = json.loads(path.read_text())
        return cls(names=tuple(document["names"]), disk_mib=document["disk_mib"], base=document["base"])

    def write(self, folder: Path) -> None:
        """Keep the layout in *folder*."""
        new = folder / f"{FILE}.new"
        new.write_text(json.dumps(asdict(self)))
        new.rename(folder / FILE)

    def with_names(self, names: tuple[str, ...]) -> Self:
        """Add those of *names* that are new; the others keep their addresses."""
        return replace(self, names=(*self.names, *(name for name in names if name not in self.names)))
