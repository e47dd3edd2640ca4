"""How long archives are kept."""

from collections.abc import Mapping, Sequence

TIERS: Mapping[str, int] = {"daily": 3, "weekly": 4, "monthly": 12, "yearly": 10}
"""The yearly ones are for the records that the law wants for ten years."""


def keep_options() -> Sequence[str]:
    """Return the tiers in restic's words."""
    return [f"--keep-{tier}={count}" for tier, count in TIERS.items()]
