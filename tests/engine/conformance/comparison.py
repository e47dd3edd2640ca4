"""One case run on an engine and compared with what is recorded."""

import tempfile
from importlib import metadata
from pathlib import Path

from tests.engine.conformance import case as cases
from tests.engine.conformance import compare, recording
from tests.engine.conformance.engines import Engine

CASES = Path(__file__).parent / "cases"
"""The folder of all cases."""

NAMES = tuple(sorted(path.parent.name for path in CASES.glob("*/case.yaml")))
"""The names of all cases."""


def run(name: str, *, engine: Engine) -> recording.Recording:
    """Return what *engine* makes of the case *name*."""
    with tempfile.TemporaryDirectory(prefix="factory-conformance-") as scratch:
        sdk = metadata.version("pulumi")
        return recording.record(cases.load(CASES / name), name=name, folder=Path(scratch), engine=engine, sdk=sdk)


def differences(name: str, *, engine: Engine) -> list[str]:
    """Return one line for each place where *engine* does not do what is recorded for the case *name*."""
    found = run(name, engine=engine)
    expected = recording.load(CASES / name / "expected.json")
    return compare.differences(expected, found=found, case=cases.load(CASES / name))
