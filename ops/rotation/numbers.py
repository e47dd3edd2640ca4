"""The numbers of one credential: which is in use, which exist beside it, whose end is not proved yet."""

import dataclasses
from typing import Self

from pydantic import JsonValue

from provider.factory_error import FactoryError

EXAMPLE = '{"current": 2, "kept": [1]}'


@dataclasses.dataclass(frozen=True, kw_only=True)
class Numbers:
    """Where the renewal of one credential stands."""

    current: int = 1
    """The one whose value is published."""
    kept: tuple[int, ...] = ()
    """Those that exist beside it."""
    ending: tuple[int, ...] = ()
    """Those that are no longer declared, and not yet proved dead."""

    @classmethod
    def read(cls, name: str, entry: JsonValue) -> Self:
        """Return what *entry*, the part of the stack file about the credential *name*, says.

        Raises:
            FactoryError: it says something else.

        """
        told = entry if isinstance(entry, dict) else {"": None}
        unknown = sorted(set(told) - {"current", "kept", "ending"})
        current, kept, ending = told.get("current"), told.get("kept", []), told.get("ending", [])
        numbers = [
            current,
            *(kept if isinstance(kept, list) else [None]),
            *(ending if isinstance(ending, list) else [None]),
        ]
        sound = [
            number for number in numbers if isinstance(number, int) and not isinstance(number, bool) and number > 0
        ]
        if unknown or len(set(sound)) != len(numbers) or not isinstance(kept, list) or not isinstance(ending, list):
            raise FactoryError(
                f"factory:generations: {name}: expected different numbers from 1 on as in {EXAMPLE}, "
                "found something else"
            )
        return cls(current=sound[0], kept=tuple(sound[1 : 1 + len(kept)]), ending=tuple(sound[1 + len(kept) :]))

    @property
    def entry(self) -> dict[str, JsonValue]:
        """The entry of the stack file that says so."""
        ending: dict[str, JsonValue] = {"ending": list(self.ending)} if self.ending else {}
        return {"current": self.current, "kept": list(self.kept), **ending}

    def raised(self) -> "Numbers":
        """Return the beginning of a renewal: a new number, the old one kept."""
        return Numbers(current=self.current + 1, kept=(self.current,))

    def taken_out(self) -> "Numbers":
        """Return the numbers with the old ones declared no longer."""
        return Numbers(current=self.current, ending=tuple(sorted({*self.kept, *self.ending})))

    def closed(self) -> "Numbers":
        """Return the numbers after the proof that the old ones are dead."""
        return Numbers(current=self.current)
