"""Whether Gitea knows the runner of a host."""

from typing import Literal, cast, get_args

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import FactProcessError
from pyinfra.api.facts import FactBase

Known = Literal["registered", "exposed", "lost", "none"]
"""`exposed`: known to Gitea, but others could read the registration; `none`: it was never registered."""


class RunnerState(FactBase[Known]):
    """What Gitea says of the registration in `file`; that it gives no answer is an error, and no answer."""

    def command(self, program: str, file: str, instance: str, runner: str, told: str) -> StringCommand:
        """Ask the program that registers; where that is missing there is no registration either."""
        return StringCommand(
            *("if [ -x", QuoteString(program), "]; then printf %s", QuoteString(told), "|", QuoteString(program)),
            *("check", QuoteString(file), QuoteString(instance), QuoteString(runner), "; else echo none; fi"),
        )

    def process(self, output: list[str]) -> Known:
        """Return the answer."""
        if len(output) != 1 or output[0] not in get_args(Known):
            raise FactProcessError(f"expected one of {', '.join(get_args(Known))}, found {len(output)} lines")
        return cast("Known", output[0])
