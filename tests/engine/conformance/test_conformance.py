"""The embedded engine against the recordings of the official one."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future

import pytest

from tests.engine.conformance.comparison import NAMES, differences
from tests.engine.conformance.engines import EmbeddedEngine
from tests.engine.conformance.selected import selected
from tests.engine.conformance.side_by_side import side_by_side


@pytest.fixture(scope="module")
def runs(request: pytest.FixtureRequest) -> Iterator[Mapping[str, Future[list[str]]]]:
    """Start the selected cases; each test waits for its own."""
    engine = EmbeddedEngine()
    with side_by_side(selected(request), run=lambda name: differences(name, engine=engine)) as started:
        yield started


@pytest.mark.parametrize("name", NAMES)
def test_same_as_the_official_engine(name: str, runs: Mapping[str, Future[list[str]]]) -> None:
    """Steps, state and provider calls of the case are those that the official engine produced."""
    found = runs[name].result()

    assert not found, "\n  ".join([f"{name}: {len(found)} differences", *found])
