"""Entry of `python -m ops`, which is what ./factory starts."""

import importlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LACKING = 3


def main() -> None:
    """Run the verb that the command line names and leave with its exit code."""
    words = sys.argv[1:] or os.environ.get("_TYPER_COMPLETE_ARGS", "").split()[1:]
    try:
        build_app = importlib.import_module("ops.cli.verbs").build_app
        build_app(words)(args=sys.argv[1:] or ["--help"], prog_name="factory")
    except ModuleNotFoundError as missing:
        top = (missing.name or "").partition(".")[0]
        if (ROOT / top).is_dir():
            raise
        # Somebody changed .venv by hand: without its stamp the next start makes it again.
        (Path(sys.prefix) / "factory-stamp").unlink(missing_ok=True)
        sys.stderr.write(f"factory: .venv lacks the module {top}; start the same command again, it makes .venv anew\n")
        sys.exit(LACKING)


if __name__ == "__main__":
    main()
