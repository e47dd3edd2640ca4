"""Programs that follow each other quickly."""

import os
import subprocess
import sys
from pathlib import Path

from tests.engine.program_file import write_main


def test_a_program_of_the_same_length_in_the_same_second_is_run(tmp_path: Path) -> None:
    """The second program runs, though Python's own sign of a change, size and second, is the same."""
    write_main(tmp_path, "print('one')\n")
    first = _run(tmp_path)
    written = (tmp_path / "__main__.py").stat().st_mtime

    write_main(tmp_path, "print('two')\n")
    os.utime(tmp_path / "__main__.py", (written, written))
    second = _run(tmp_path)

    assert (first, second) == ("one\n", "two\n")


def _run(folder: Path) -> str:
    """Run the folder as the engine does, with Python's cache switched on."""
    run = f"import runpy; runpy.run_path({str(folder)!r})"
    return subprocess.run([sys.executable, "-c", run], env={}, capture_output=True, text=True, check=True).stdout
