"""What a rule has against a plan."""

import dataclasses


@dataclasses.dataclass(frozen=True, kw_only=True)
class GateFinding:
    """One thing that keeps a plan from being applied."""

    urn: str
    """Resource it is about."""
    message: str
    """What is wrong, and what to do."""
