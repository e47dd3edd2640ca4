"""Which of the credentials of one purpose are alive."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Generation:
    """The generation that is given out, and older ones that still live while the new one is proved.

    A credential is renewed by a new `current` with the old one in `kept`, and by an empty `kept` once nobody uses the
    old one: the stack file always says how far that is.
    """

    current: int = 1
    """Number of the generation that is given out."""
    kept: tuple[int, ...] = ()
    """Numbers of those that live beside it."""

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be."""
        wrong = [number for number in (self.current, *self.kept) if number < 1]
        if wrong:
            raise ValueError(f"generation: expected numbers from 1 on, found {wrong[0]}")
        if self.current in self.kept:
            raise ValueError(f"generation: expected kept ones beside the current one, found {self.current} in both")

    @property
    def numbers(self) -> tuple[int, ...]:
        """Return the numbers of all that live, in order."""
        return tuple(sorted({self.current, *self.kept}))
