"""Which resources are there already; asked by functions that depend on resources."""

import contextlib
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final


class Tracker:
    """Follows registrations; a component is there when all inside it is."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self._changed: Final = threading.Condition()
        self._absent: Final[dict[str, bool | None]] = {}
        """URN → whether a custom resource is absent; None for a component."""
        self._children: Final[dict[str, list[str]]] = defaultdict(list)
        self._flying: Final[Counter[str]] = Counter()

    @contextlib.contextmanager
    def in_flight(self, parent: str) -> Iterator[None]:
        """Mark a registration below *parent* as under way."""
        with self._changed:
            self._flying[parent] += 1
        try:
            yield
        finally:
            with self._changed:
                self._flying[parent] -= 1
                self._changed.notify_all()

    def track(self, urn: str, parent: str, *, custom: bool, absent: bool) -> None:
        """Note the end of a registration; *absent* says that the object has no id yet."""
        with self._changed:
            if urn not in self._absent:
                self._children[parent].append(urn)
            self._absent[urn] = absent if custom else None
            self._changed.notify_all()

    def unresolved(self, urns: Iterable[str]) -> bool:
        """Tell whether anything in or below *urns* is not there yet; waits for what is under way."""
        roots = list(urns)
        with self._changed:
            while True:
                components: set[str] = set()
                frontier = list(roots)
                while frontier:
                    urn = frontier.pop()
                    absent = self._absent.get(urn, False)
                    if absent:
                        return True
                    if absent is None and urn not in components:
                        components.add(urn)
                        frontier += self._children[urn]
                if not any(self._flying[urn] for urn in components):
                    return False
                self._changed.wait()
