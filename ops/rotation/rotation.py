"""The renewal of one credential, step by step."""

import dataclasses
import time
from collections.abc import Callable, Mapping, Sequence

from ops.rotation.announcement import announcement
from ops.rotation.homes import Homes
from ops.rotation.numbers import Numbers
from ops.rotation.proof import Proof
from ops.rotation.stack_file import StackFile
from ops.rotation.step import Step, steps_left
from provider.factory_error import FactoryError

WAITS: Sequence[float] = (1, 2, 4, 8, 15, 30, 60, 60, 60)
"""Seconds between two looks at what a server may know late; Google takes three minutes to forget a key."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Done:
    """One step that was done."""

    step: Step
    """Which."""
    said: str
    """What came of it; never a value."""


class Rotation:
    """One credential on its way from an old number to a new one.

    The stack file says where it is, so it can be begun again after any step. The old value is known in memory alone; a
    run that begins again after it was overwritten proves its end by the server's list.
    """

    def __init__(  # noqa: PLR0913 - what a renewal works with
        self,
        name: str,
        *,
        file: StackFile,
        homes: Homes,
        proof: Proof,
        up: Callable[[], None],
        announce: Callable[[str], None],
        waits: Sequence[float] = WAITS,
    ) -> None:
        """Renew the credential *name*; *up* runs the stack and raises FactoryError when it fails."""
        self.name = name
        self.done: list[Done] = []
        self._file = file
        self._homes = homes
        self._proof = proof
        self._up = up
        self._announce = announce
        self._waits = waits
        self._old: Mapping[str, str] | None = None
        self._fresh = False

    def run(self) -> None:
        """Do what is left; the stack file must be as this run leaves it at each step.

        Raises:
            FactoryError: a step failed; the same again goes on from there.

        """
        numbers = self._file.numbers(self.name)
        left = steps_left(numbers)
        self._fresh = Step.RAISE in left
        for place, step in enumerate(left, start=1):
            sentence = announcement(
                step, self._file.numbers(self.name), path=self._homes.path, file=self._file.file.name
            )
            self._announce(f"{place}/{len(left)} {step}: {sentence}")
            said = self._do(step)
            self.done.append(Done(step=step, said=said))
            self._announce(f"    {said}")

    def _do(self, step: Step) -> str:
        work: Mapping[Step, Callable[[], str]] = {
            Step.REMEMBER: self._remember,
            Step.RAISE: lambda: self._write(Numbers.raised),
            Step.MAKE: self._run_up,
            Step.PROVE: self._prove,
            Step.TAKE_OUT: lambda: self._write(Numbers.taken_out),
            Step.REMOVE: self._run_up,
            Step.PROVE_DEAD: self._prove_dead,
            Step.CLOSE: lambda: self._write(Numbers.closed),
        }
        return work[step]()

    def _run_up(self) -> str:
        self._up()
        return "up has succeeded"

    def _write(self, change: Callable[[Numbers], Numbers]) -> str:
        before = self._file.numbers(self.name)
        after = change(before)
        self._file.write(self.name, after, expected=before)
        return f"{self._file.file.name}: current {after.current}" + "".join(
            f", {word} {', '.join(map(str, numbers))}"
            for word, numbers in {"kept": after.kept, "ending": after.ending}.items()
            if numbers
        )

    def _remember(self) -> str:
        self._old = self._homes.read()
        if self._old is None:
            return f"nothing is published at {self._homes.path}: its end will be proved by the server's list"
        # A later refusal means something only when the same question is answered now.
        if self._proof.accepts(self._old):
            return "it works"
        if self._fresh:
            return "it does not work already: its end will be proved by the server's list as well"
        return "it does not work; the run that was interrupted may have come further"

    def _prove(self) -> str:
        new = self._published()
        if new == self._old:
            if self._fresh:
                raise FactoryError(
                    f"{self.name}: up has succeeded, and {self._homes.path} still holds the old value. Expected the "
                    "component to publish the value of its current generation; look at it, then run the same again"
                )
            # The interrupted run had published it already, so the old one is known to nobody.
            self._old = None
        missing = self._homes.missing_secrets()
        if missing:
            raise FactoryError(
                f"{self.name}: Gitea has no secret {', '.join(missing)} at {self._homes.place}. Expected up to publish "
                "it; run ./factory preview --refresh, then the same again"
            )
        if not self._within(lambda: self._proof.accepts(new)):
            raise FactoryError(
                f"{self.name}: the server refuses the value at {self._homes.path}. Expected it to work; the old one is "
                "still there. Look at the server, then run the same again"
            )
        return (
            f"the value at {self._homes.path} works; Gitea has {', '.join(self._homes.secrets)} (no value can be read)"
        )

    def _prove_dead(self) -> str:
        new = self._published()
        old = self._old
        if old is not None and not self._within(lambda: not self._proof.accepts(old)):
            raise FactoryError(
                f"{self.name}: the old value still works. Expected the server to refuse it after it was taken away; "
                "take it away at the server by hand, then run the same again"
            )
        others: Sequence[str] = ()

        def alone() -> bool:
            nonlocal others
            others = self._proof.others(new)
            return not others

        if not self._within(alone):
            raise FactoryError(
                f"{self.name}: the server still lists {', '.join(others)}. Expected the new one alone; take the rest "
                "away at the server by hand, then run the same again"
            )
        if not self._proof.accepts(new):
            raise FactoryError(
                f"{self.name}: the server refuses the new value, now that the old one is gone. Expected it to work; "
                "run ./factory preview --refresh, then the same again"
            )
        by_use = "the old value is refused" if old is not None else "the old value is known to nobody any more"
        return f"{by_use}; the server lists the new one alone, and it works"

    def _published(self) -> Mapping[str, str]:
        values = self._homes.read()
        if values is None:
            raise FactoryError(
                f"{self.name}: nothing is published at {self._homes.path}. Expected up to do so; run ./factory preview "
                "--refresh, then the same again"
            )
        return values

    def _within(self, is_so: Callable[[], bool]) -> bool:
        """Ask again for a while: servers know late what was made or taken away."""
        for wait in self._waits:
            if is_so():
                return True
            self._announce(f"    not yet; asking again in {wait:g} s")
            time.sleep(wait)
        return is_so()
