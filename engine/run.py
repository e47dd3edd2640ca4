"""What belongs to one run: its options, what it saw, what it said, and whether it must stop."""

import dataclasses
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from engine.difference import PropertyDiff
from engine.registry import Registry
from engine.snapshot import SnapshotManager
from engine.state import Resource
from engine.urn import is_provider, split


class CanceledError(Exception):
    """The run stops: a step failed or somebody asked for it."""


class BailError(Exception):
    """The run stops and what there is to say has been said."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """How a run is to be done."""

    preview: bool = False
    refresh: bool = False
    refresh_only: bool = False
    parallel: int = 16
    targets: frozenset[str] = frozenset()
    target_dependents: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class Record:
    """One step of the run, as reported: what is to be done (or was) to which resource."""

    op: str
    urn: str
    type: str
    keys: Sequence[str] = ()
    diff: Mapping[str, PropertyDiff] = dataclasses.field(default_factory=dict)
    old: Resource | None = None
    new: Resource | None = None


PROGRESS: Final = "progress"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Diagnostic:
    """One message: `severity` is error, warning, info, or progress for a passing one; `urn` may be empty."""

    severity: str
    urn: str
    message: str


class Run:
    """The shared state of one run; safe to use from many threads."""

    def __init__(
        self,
        options: Options,
        *,
        registry: Registry,
        snapshot: SnapshotManager | None,
        listener: Callable[[Record | Diagnostic], None] | None = None,
    ) -> None:
        """Start with nothing done; *snapshot* is None in a preview, which writes nothing."""
        self.options: Final = options
        self.registry: Final = registry
        self.snapshot: Final = snapshot
        self.records: Final[list[Record]] = []
        self.diagnostics: Final[list[Diagnostic]] = []
        self.counts: Final[Counter[str]] = Counter()
        self.news: Final[dict[str, Resource]] = {}
        self.slots: Final = threading.BoundedSemaphore(max(options.parallel, 1))
        self._listener: Final = listener
        self._lock: Final = threading.Lock()
        self._canceled: Final = threading.Event()
        self.failed = False

    def record(self, record: Record) -> None:
        """Report that a step begins."""
        with self._lock:
            self.records.append(record)
        if self._listener:
            self._listener(record)

    def count(self, op: str, resource: Resource) -> None:
        """Count a finished step; default providers are nobody's business."""
        default = is_provider(resource.type) and split(resource.urn).name.startswith("default")
        if op and not default:
            with self._lock:
                self.counts[op] += 1

    def say(self, severity: str, message: str, urn: str = "") -> None:
        """Report a message; an error makes the run fail, but does not stop it."""
        diagnostic = Diagnostic(severity=severity, urn=urn, message=message)
        with self._lock:
            self.diagnostics.append(diagnostic)
            self.failed |= severity == "error"
        if self._listener:
            self._listener(diagnostic)

    def pass_on(self, message: str, urn: str) -> None:
        """Show how far a resource is; it is forgotten at once."""
        if self._listener:
            self._listener(Diagnostic(severity=PROGRESS, urn=urn, message=message))

    def cancel(self) -> None:
        """Stop: nothing new begins, what is under way ends."""
        self.failed = True
        self._canceled.set()

    def check(self) -> None:
        """Go on only if the run does.

        Raises:
            CanceledError: it does not.

        """
        if self._canceled.is_set():
            raise CanceledError

    def canceled(self) -> bool:
        """Tell whether the run stops."""
        return self._canceled.is_set()
