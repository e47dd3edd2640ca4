"""What is wrong with the order in which things start, found without any host."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from hosts.start.start import Start
from hosts.start.starts import STARTS

Reached = Callable[[str], bool]


def start_faults(starts: Mapping[str, Start] = STARTS) -> Iterator[str]:
    """Yield each unknown need, each circle, and each thing beside the cluster that would wait for the cluster."""
    unknown = [(name, need.of) for name, start in starts.items() for need in start.needs if need.of not in starts]
    for name, need in unknown:
        yield f"{name}: needs {need}, which nobody declares. Expected one of {', '.join(starts)}"
    if unknown:
        return
    told: set[frozenset[str]] = set()
    for name in starts:
        way = _way(starts, name, to=name.__eq__)
        if way is not None and frozenset(way) not in told:
            told.add(frozenset(way))
            yield f"a circle at start: {' → '.join((name, *way))}. Expected one of them to do without the next"
    for name, start in starts.items():
        if start.place == "host":
            way = _way(starts, name, to=lambda found: starts[found].place != "host")
            if way is not None:
                yield (
                    f"{' → '.join((name, *way))}: {name} is beside the cluster and carries it. "
                    f"Expected it to start without {way[-1]}"
                )


def _way(starts: Mapping[str, Start], name: str, *, to: Reached) -> Sequence[str] | None:
    """Return the shortest way from *name* along what it waits for to what is looked for, without *name* itself."""
    ways: list[tuple[str, ...]] = [(need,) for need in _waits_for(starts[name])]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        if to(way[-1]):
            return way
        if way[-1] not in seen:
            seen.add(way[-1])
            ways += [(*way, need) for need in _waits_for(starts[way[-1]])]
    return None


def _waits_for(start: Start) -> list[str]:
    return [need.of for need in start.needs if need.or_else is None]
