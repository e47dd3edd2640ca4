"""Both engines on one state folder: each continues where the other stopped."""

import itertools
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import Future

import pytest

from ops.official.event_log import Document
from tests.engine.conformance.case import Step
from tests.engine.conformance.comparison import differences
from tests.engine.conformance.engines import EmbeddedEngine, Engine, OfficialEngine
from tests.engine.conformance.playground import Playground
from tests.engine.conformance.selected import selected
from tests.engine.conformance.side_by_side import side_by_side

CASES = (
    "alias_parent",
    "component_inputs",
    "component_outputs",
    "create_fails",
    "dbr_chain_property",
    "destroy",
    "get_resource",
    "import_fits",
    "options_only",
    "provider_version",
    "providers",
    "refresh_vanished",
    "resume_delete",
    "resume_pending_replacement",
    "retain_inherited",
    "secrets",
    "stack_reference",
    "update",
)
"""The cases that leave most in the state for the next step to take up."""

pytestmark = pytest.mark.skipif(shutil.which("pulumi") is None, reason="no `pulumi` on PATH")


class _Alternating:
    def __init__(self, name: str) -> None:
        engines: list[Engine] = [OfficialEngine(), EmbeddedEngine()]
        # half of the cases begin with either engine
        self._turns = itertools.cycle(engines if CASES.index(name) % 2 else reversed(engines))

    def run(self, step: Step, *, playground: Playground) -> Document:
        return next(self._turns).run(step, playground=playground)


@pytest.fixture(scope="module")
def runs(request: pytest.FixtureRequest) -> Iterator[Mapping[str, Future[list[str]]]]:
    """Start the selected cases; each test waits for its own."""
    with side_by_side(selected(request), run=lambda name: differences(name, engine=_Alternating(name))) as started:
        yield started


@pytest.mark.parametrize("name", CASES)
def test_engines_take_turns(name: str, runs: Mapping[str, Future[list[str]]]) -> None:
    """With another engine for each step, a case goes as it does on the official engine alone."""
    found = runs[name].result()

    assert not found, "\n  ".join([f"{name}: {len(found)} differences", *found])
