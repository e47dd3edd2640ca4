"""Programs that follow each other quickly."""

import os
import runpy
from pathlib import Path

from tests.engine.program_file import write_main


def test_a_program_of_the_same_length_in_the_same_second_is_run(tmp_path: Path) -> None:
    """The second program runs, though Python's own sign of a change, size and second, is the same."""
    write_main(tmp_path, "number = 1\n")
    first = runpy.run_path(str(tmp_path))
    written = (tmp_path / "__main__.py").stat().st_mtime

    write_main(tmp_path, "number = 2\n")
    os.utime(tmp_path / "__main__.py", (written, written))
    second = runpy.run_path(str(tmp_path))

    assert (first["number"], second["number"]) == (1, 2)
