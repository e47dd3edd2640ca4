"""Operations that make a resolver silent for a moment: never on both hosts at once."""

from collections.abc import Generator, Sequence
from ipaddress import IPv4Address

from pyinfra.api.command import StringCommand
from pyinfra.api.operation import OperationMeta, operation
from pyinfra.context import state

from hosts.layers.dns_shared_address import resolving
from hosts.operations.compose_project import compose_project
from hosts.operations.in_turn import in_turn
from hosts.operations.running_service import running_service

PATIENCE = 240
"""Seconds: the first start of Pi-hole fetches its lists before it answers."""

# Who is silent already takes nothing away; and a resolver that is down for good must not keep the other one as it is.
_OTHER_ANSWERS = (
    "{here} || exit 0; for try in 1 2 3 4 5 6 7 8 9 10; do if {there}; then exit 0; fi; sleep 1; done; exit 0"
)


@operation()
def resolver_in_turn(
    *, project: str, compose: str, record: str, other: IPv4Address, turn: IPv4Address
) -> Generator[StringCommand, None, None]:
    """Run the resolver; where it is made again, the other one answers meanwhile.

    + project, compose: as for a Compose project
    + record: what a resolver is asked for
    + other: address of the other resolver
    + turn: the address that the two share
    """
    changes = compose_project._inner(project=project, compose=compose, patience=PATIENCE)  # noqa: SLF001  # pyinfra's way
    if not state.is_executing:
        yield from changes
        return
    with in_turn(str(turn)):
        first = next(changes, None)
        if first is not None:
            yield StringCommand(_OTHER_ANSWERS.format(here=resolving(record), there=resolving(record, server=other)))
            yield first
            yield from changes


@operation()
def shared_address_in_turn(
    *, unit: str, files: Sequence[str], after: Sequence[OperationMeta], record: str, turn: IPv4Address
) -> Generator[StringCommand, None, None]:
    """Run what shares the address; the next host goes on when the address answers again.

    + unit, files, after: as for a service
    + record: what the address is asked for
    + turn: the address that the two share
    """
    ready = resolving(record, server=turn)
    changes = running_service._inner(unit=unit, files=files, after=after, ready=ready)  # noqa: SLF001  # the same
    if not state.is_executing:
        yield from changes
        return
    with in_turn(str(turn)):
        yield from changes
