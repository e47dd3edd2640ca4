"""What the page says, whoever says it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Bar:
    """Something that took time."""

    name: str
    """What it was."""
    began: float
    """When it began, in seconds since the epoch."""
    seconds: float
    """How long it took."""
    failed: bool = False
    """Whether it failed."""


@dataclass(frozen=True, kw_only=True)
class Lane:
    """What happened in one place, one thing after the other."""

    name: str
    """The place: a phase, or a host."""
    bars: Sequence[Bar]
    """What happened there."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One step of a plan."""

    op: str
    """What is done, as Pulumi calls it."""
    type: str
    """Type of the resource."""
    name: str
    """Its name."""
    path: Sequence[str]
    """Names of the components above it, the outermost first."""
    dangerous: bool
    """Whether a reader should look at it first."""
    details: Sequence[str]
    """What changes, a line each; secrets are masked before they come here."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One run of a stack, done or to be done."""

    title: str
    """Stack and run."""
    summary: str
    """Its counts, in words."""
    changes: Sequence[Change]
    """The steps that change something."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How one thing that was looked at ended."""

    name: str
    """What was looked at."""
    word: str
    """`passed`, `failed`, `not enforceable`, `drifted`, `not reached`."""
    text: str
    """What was measured, expected or found."""
    seconds: float | None = None
    """How long it took."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """Anything else that has rows."""

    title: str
    """What it is."""
    columns: Sequence[str]
    """Heads of its columns."""
    rows: Sequence[Sequence[str]]
    """Its rows."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """All of it."""

    title: str
    """What was done."""
    verdict: str
    """The answer, in a few words."""
    good: bool
    """Whether that is what the reader hopes for."""
    lanes: Sequence[Lane] = ()
    """The timeline."""
    plans: Sequence[Plan] = ()
    """Runs of the engine."""
    verdicts: Sequence[Verdict] = ()
    """Checks, or what drifted."""
    tables: Sequence[Table] = ()
    """Parity, and what else there is."""
