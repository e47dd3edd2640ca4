"""Runs a module with a limit to the size of each file it writes: `python -m … BYTES MODULE ARGUMENT…`."""

import os
import resource
import sys

if __name__ == "__main__":
    size = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    os.execv(sys.executable, [sys.executable, "-m", *sys.argv[2:]])  # noqa: S606  # a fixed list of arguments
