"""Answers for killed creations: `python -m tests.engine.robustness.answer FOLDER STACK URN=ID…`; no id means absent."""

import sys
from pathlib import Path

from engine.actions import AnswerPending
from engine.run import Options
from engine.session import Session


def main(folder: str, stack: str, *answers: str) -> int:
    """Give all answers; return 0 when each was taken."""
    for given in answers:
        urn, _, identity = given.rpartition("=")
        action = AnswerPending(urn=urn, adopt=identity)
        outcome = Session(Path(folder), stack, verb="state", action=action, options=Options()).execute()
        if not outcome.succeeded:
            sys.stderr.write(f"{outcome.diagnostics}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
