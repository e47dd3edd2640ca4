"""How far a run has come, and how long each gate took."""

import time
from collections.abc import Callable, Sequence

from ops.recover_order.step import Deed, Step


class Passage:
    """One run through the gates."""

    def __init__(self, *, patience: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin; a gate that is waited for for more than *patience* seconds stays closed."""
        self.patience = patience
        self.gates: dict[str, float] = {}
        """Gate → seconds that were spent at it, in the order in which they were come to."""
        self._clock = clock
        self._step: Step | None = None
        self._came = clock()
        self._done: set[Deed] = set()

    def first_of(self, steps: Sequence[Step]) -> Step | None:
        """Return the first of *steps*; what was held back once and runs again is somebody else's will."""
        return next(
            (step for step in steps if step.deed is None or step.deed.kind != "hold" or step.deed not in self._done),
            None,
        )

    def comes_to(self, step: Step) -> bool:
        """Stand at *step*; return whether that is news."""
        if step == self._step:
            return False
        if self._step is None or step.gate != self._step.gate:
            self.open()
        self._step = step
        return True

    @property
    def is_over(self) -> bool:
        """Whether the gate has been stood at for too long."""
        return self._clock() - self._came > self.patience

    def deed_of(self, step: Step) -> Deed | None:
        """Return what is to be done at *step*, once in a run."""
        if step.deed is None or step.deed in self._done:
            return None
        self._done.add(step.deed)
        return step.deed

    def open(self) -> None:
        """Leave the gate that was stood at."""
        now = self._clock()
        if self._step is not None:
            spent = self.gates.get(self._step.gate, 0.0) + now - self._came
            self.gates[self._step.gate] = round(spent, 1)
        self._step, self._came = None, now
