"""How long a pull request waits for its comments: `python -m bench.gate`.

Both stacks of the workflow `plan`, one after the other as there, on a real PostgreSQL, Vault and Gitea with doubles of
the clouds: from the start of the first command to the comment of the second. Then drift over both, and its issue.
"""

import argparse
import functools
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from rehearsal.bring_up import Wishes, bring_up
from rehearsal.gate.edge_gate import edge_gate
from rehearsal.gate.forge import REPOSITORY, Forge
from rehearsal.main.bring_up import bring_up_main
from rehearsal.servers.own_folder import own_folder

_STACKS = ("postgres", "main")
_QUIET: Callable[[str], None] = lambda _: None  # noqa: E731 - nobody listens


def main(arguments: Sequence[str]) -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m bench.gate", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="of each; the median counts")
    given = parser.parse_args(arguments)
    wishes = Wishes(providers="standin", engine="embedded")
    with own_folder() as folder, bring_up(folder, wishes, say=_QUIET) as lab:
        lab.stack.run("up")
        with bring_up_main(folder, wishes, lab, say=_QUIET) as edge:
            edge.stack.run("up")
            with edge_gate(folder, edge) as gate:
                measured = _measured(gate.forge, rounds=given.rounds)
    _say(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, Python {platform.python_version()}\n")
    _say("| what | seconds |\n| --- | --- |")
    for name, seconds in measured.items():
        _say(f"| {name} | {statistics.median(seconds):.1f} |")


def _measured(forge: Forge, *, rounds: int) -> dict[str, list[float]]:
    number = forge.opened("bench")
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        taken = [_seconds(functools.partial(_planned, forge, number, stack)) for stack in _STACKS]
        for stack, seconds in zip(_STACKS, taken, strict=True):
            found.setdefault(f"plan of `{stack}`, with its comment", []).append(seconds)
        found.setdefault("both, from the start to the second comment", []).append(sum(taken))
        found.setdefault("drift over both", []).append(_seconds(lambda: forge.run("drift", "main", "--issue")))
    if len(forge.comments(number)) != len(_STACKS):
        raise RuntimeError(f"expected a comment for each of {', '.join(_STACKS)}: {forge.said[-1]}")
    return found


def _planned(forge: Forge, number: int, stack: str) -> None:
    forge.run("plan", "--review", f"{REPOSITORY}#{number}", "--comment", of=stack)


def _seconds(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
