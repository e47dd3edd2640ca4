"""Record the cases on the official engine: `python -m tests.engine.conformance.record [CASE…]`."""

import argparse
import sys

from tests.engine.conformance import case as cases
from tests.engine.conformance import comparison, recording
from tests.engine.conformance.engines import OfficialEngine
from tests.engine.conformance.side_by_side import side_by_side


def main(arguments: list[str]) -> int:
    """Record the named cases, or all; with `--check` only compare. Return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.engine.conformance.record", description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="CASE", help="a folder of `cases`; all when none is named")
    parser.add_argument("--check", action="store_true", help="change nothing, compare with what is recorded")
    options = parser.parse_args(arguments)
    try:
        engine = OfficialEngine()
    except FileNotFoundError as error:
        sys.stderr.write(f"{error}\n")
        return 3
    failed = 0
    names = options.cases or comparison.NAMES
    with side_by_side(names, run=lambda name: _record(name, engine=engine, check=options.check)) as started:
        for name, result in started.items():
            faults = result.result()
            failed += bool(faults)
            sys.stdout.write("\n  ".join([f"{name}: {'failed' if faults else 'ok'}", *faults]) + "\n")
            sys.stdout.flush()
    return 1 if failed else 0


def _record(name: str, *, engine: OfficialEngine, check: bool) -> list[str]:
    try:
        if check:
            return comparison.differences(name, engine=engine)
        seen = comparison.run(name, engine=engine)
    except RuntimeError as error:
        return str(error).splitlines()
    recording.save(seen, path=comparison.CASES / name / "expected.json")
    return _broken_promises(cases.load(comparison.CASES / name), seen)


def _broken_promises(case: cases.Case, seen: recording.Recording) -> list[str]:
    faults: list[str] = []
    for number, (step, outcome) in enumerate(zip(case.steps, seen.outcomes, strict=True), 1):
        if step.fails != (outcome.result == "failed"):
            faults.append(f"step {number}: `fails` is {step.fails}, but it {outcome.result}: {outcome.diagnostics}")
        text = "\n".join(said["message"] for said in outcome.diagnostics).lower()
        faults += [
            f"step {number}: {words!r} is not in {outcome.diagnostics}"
            for words in step.says
            if words.lower() not in text
        ]
    return faults


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
