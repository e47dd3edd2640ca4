"""Writing the program or plugin that the next run executes."""

import shutil
from pathlib import Path


def write_main(folder: Path, source: str) -> None:
    """Write *source* to `__main__.py` of *folder* so that Python cannot take an older one for it.

    Python recognises a compiled file by the size of the source and the second in which it was written: two
    programs of one length, written within a second, would be the same program to it.
    """
    (folder / "__main__.py").write_text(source)
    shutil.rmtree(folder / "__pycache__", ignore_errors=True)
