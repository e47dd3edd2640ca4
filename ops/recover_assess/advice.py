"""One thing to do."""

import dataclasses
from collections.abc import Mapping, Sequence


@dataclasses.dataclass(frozen=True, kw_only=True)
class Advice:
    """One case, what makes it that case, and what helps."""

    case: str
    """Which case it is, in one clause."""
    because: Sequence[str]
    """What was found that says so."""
    page: str
    """Its page in docs/runbooks."""
    commands: Sequence[str] = ()
    """What is typed; without any, all commands of the page."""
    names: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """What each placeholder of the page stands for."""
