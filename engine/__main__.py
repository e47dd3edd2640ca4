"""Command line of the embedded engine: `python -m engine VERB STACK`; the verbs of `./factory` call the same."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.backend import StateError
from engine.lock import LockedError
from engine.pending import PendingError
from engine.project import ProjectError
from engine.report import Outcome, lines
from engine.run import PROGRESS, Diagnostic, Options, Record
from engine.secrets import PassphraseError
from engine.urn import split
from engine.verbs import ACTIONS, run_verb

_REFUSED = (StateError, LockedError, PendingError, OSError)
_LACKING = (ProjectError, PassphraseError)


def main(arguments: Sequence[str]) -> int:
    """Run one verb; return 0 done, 1 failed or refused, 2 wrong use, 3 the environment lacks something."""
    parser = argparse.ArgumentParser(prog="engine", description=__doc__)
    parser.add_argument("verb", choices=list(ACTIONS))
    parser.add_argument("stack")
    parser.add_argument("--cwd", type=Path, default=Path.cwd(), help="the project's folder")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--json", action="store_true", help="print one document instead of lines")
    parser.add_argument("--diff", action="store_true", help="show all properties of what is created")
    parser.add_argument("--refresh", action="store_true", help="ask the objects first")
    parser.add_argument("--preview-only", action="store_true", help="with refresh and destroy: change nothing")
    parser.add_argument("--skip-preview", action="store_true", help="with destroy: do not look first")
    parser.add_argument("--target", action="append", default=[], metavar="URN")
    parser.add_argument("--target-dependents", action="store_true")
    parser.add_argument("--parallel", type=int, default=16)
    given = parser.parse_args(arguments)
    options = Options(
        preview=given.verb == "preview" or given.preview_only,
        refresh=given.refresh,
        parallel=given.parallel,
        targets=frozenset(given.target),
        target_dependents=given.target_dependents,
    )
    try:
        outcome = run_verb(
            given.cwd,
            given.stack,
            verb=given.verb,
            options=options,
            listener=_print,
            skip_preview=given.skip_preview,
        )
    except (*_REFUSED, *_LACKING) as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201  # a command line's own output
        if given.json:
            refused = Outcome.refused(verb=given.verb, project="", stack=given.stack, message=str(error))
            print(json.dumps(refused.document(), indent=1))  # noqa: T201  # a command line's own output
        return 1 if isinstance(error, _REFUSED) else 3
    if given.json:
        print(json.dumps(outcome.document(), indent=1))  # noqa: T201  # a command line's own output
    else:
        for line in lines(outcome, details=given.diff):
            print(line)  # noqa: T201  # a command line's own output
    return 0 if outcome.succeeded else 1


def _print(event: Record | Diagnostic) -> None:
    if isinstance(event, Diagnostic):
        name = f"{split(event.urn).name}: " if event.severity == PROGRESS and event.urn else ""
        print(f"{event.severity}: {name}{event.message}", file=sys.stderr)  # noqa: T201  # a command line's own output


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
