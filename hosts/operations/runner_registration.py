"""Operation: a runner that Gitea knows."""

from collections.abc import Generator, Sequence

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.operation import OperationMeta, operation
from pyinfra.context import host, state

from hosts.facts.runner_state import RunnerState
from hosts.operations.runner_registration_program import PROGRAM


@operation()
def runner_registration(  # noqa: PLR0913 - what a registration is asked for with
    *, file: str, instance: str, runner: str, told: str, request: str, after: Sequence[OperationMeta]
) -> Generator[StringCommand, None, None]:
    """Register a runner once, and again only when Gitea no longer knows it.

    + file: where the registration is kept, mode 600
    + instance: address of Gitea
    + runner: what Gitea calls the runner
    + told: what a registered runner tells of itself
    + request: what a registration is asked for with, the token in it
    + after: operations that place the program; before them nothing can be asked
    """
    ahead = not state.is_executing and any(meta.will_change for meta in after)
    known = "none"
    if not ahead:
        known = host.get_fact(RunnerState, program=PROGRAM, file=file, instance=instance, runner=runner, told=told)
    if known == "registered":
        host.noop(f"Gitea knows the runner {runner}")
        return
    if known == "exposed":
        yield StringCommand("chmod 600 --", QuoteString(file))
        return
    yield StringCommand(
        PROGRAM, "register", QuoteString(file), QuoteString(instance), QuoteString(runner), _stdin=request
    )
