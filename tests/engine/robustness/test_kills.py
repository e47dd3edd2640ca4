"""SIGKILL at random points of `up`: the engine alone, and the whole group with its providers."""

import itertools
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.engine.conformance.playground import PASSPHRASE
from tests.engine.robustness import official
from tests.engine.robustness.kills import Lane
from tests.engine.robustness.place import Place

pytestmark = pytest.mark.slow

KILLS = 25
"""Kills in each lane; there are four."""

LANES = {
    "engine alone, ids from inputs": (101, "Named", False),
    "engine alone, ids from the server": (102, "Numbered", False),
    "whole group, ids from inputs": (103, "Named", True),
    "whole group, ids from the server": (104, "Numbered", True),
}
"""Seed, kind of object, and whether the providers are killed too."""


@pytest.fixture(scope="module")
def lanes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Lane]]]:
    """Start all lanes side by side; each test waits for its own."""
    folder = tmp_path_factory.mktemp("kills")
    with (
        pytest.MonkeyPatch.context() as patch,
        ThreadPoolExecutor(len(LANES)) as pool,
        ThreadPoolExecutor(1) as exports,
    ):
        patch.setenv("PULUMI_CONFIG_PASSPHRASE", PASSPHRASE)
        yield {name: pool.submit(_run, folder / str(LANES[name][0]), name, exports) for name in LANES}
        pool.shutdown(cancel_futures=True)


def _run(folder: Path, name: str, exports: ThreadPoolExecutor) -> Lane:
    seed, kind, whole_group = LANES[name]
    place = Place(folder)
    numbers = itertools.count()

    def export(state: bytes) -> Future[str] | None:
        if not official.PRESENT:
            return None
        own = folder / "official" / str(next(numbers))
        return exports.submit(official.export_fault, place, state=state, folder=own)

    lane = Lane(place, seed=seed, kind=kind, whole_group=whole_group, export=export)
    lane.go(KILLS)
    return lane


@pytest.mark.parametrize("name", LANES)
def test_nothing_is_lost_or_doubled(
    name: str, lanes: dict[str, Future[Lane]], capsys: pytest.CaptureFixture[str]
) -> None:
    """After each kill the state loads, in the official CLI too, and the next run brings objects and state together."""
    lane = lanes[name].result()

    with capsys.disabled():
        sys.stdout.write(
            f"\n{name}: seed {LANES[name][0]}, {lane.kills} kills, {lane.seconds:.0f} s, {dict(lane.seen)}"
        )
    assert lane.kills >= KILLS
