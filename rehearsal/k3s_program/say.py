"""What goes to the log."""

import json
import sys
from typing import NoReturn


def say(text: str) -> None:
    """Log *text*."""
    sys.stderr.write(f"level=info msg={json.dumps(text)}\n")
    sys.stderr.flush()


def fail(text: str) -> NoReturn:
    """Log *text* and end; systemd starts the unit again."""
    sys.stderr.write(f"level=fatal msg={json.dumps(text)}\n")
    sys.stderr.flush()
    sys.exit(1)
