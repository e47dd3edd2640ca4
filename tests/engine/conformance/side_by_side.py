"""Tests that wait for processes most of the time, run side by side."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

AT_ONCE = 2
"""How many run at once: each keeps about one core busy."""


@contextlib.contextmanager
def side_by_side(names: Iterable[str], *, run: Callable[[str], list[str]]) -> Iterator[Mapping[str, Future[list[str]]]]:
    """Start *run* for each of *names* and give the caller their results, by name."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            yield {name: pool.submit(run, name) for name in names}
        finally:
            pool.shutdown(cancel_futures=True)
