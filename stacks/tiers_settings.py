"""How long archives are kept."""

from typing import Annotated

from pydantic import Field

from stacks.model import Expect, Model

Count = Annotated[int, Field(ge=0, le=100)]


class Tiers(Model):
    """Of how many days, weeks, months and years the last archive of each source is kept."""

    daily: Annotated[
        int, Field(ge=1, le=100), Expect(sentence="a number of days, one at least", example="daily: 3")
    ] = 3
    """The last days that have one."""
    weekly: Annotated[Count, Expect(sentence="a number of weeks", example="weekly: 4")] = 4
    """The last weeks."""
    monthly: Annotated[Count, Expect(sentence="a number of months", example="monthly: 12")] = 12
    """The last months."""
    yearly: Annotated[
        int, Field(ge=10, le=100), Expect(sentence="ten years at least, as the law wants", example="yearly: 10")
    ] = 10
    """The last years: records must be kept for ten."""
