"""Resources in a row."""

import pulumi

from components.in_turn import in_turn
from stacks.await_outputs import await_outputs
from tests.declare import record

LONGER_THAN_THE_RECURSION_LIMIT = 1100


class _Link(pulumi.CustomResource):
    """One of the row."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions) -> None:
        """Declare it."""
        super().__init__("test:index:Link", name, {}, opts)


def _row() -> None:
    previous: _Link | None = None
    for number in range(LONGER_THAN_THE_RECURSION_LIMIT):
        previous = _Link(f"link-{number:04}", pulumi.ResourceOptions(depends_on=in_turn(previous)))
    pulumi.run(await_outputs)


def test_long_row() -> None:
    """Each waits for the one before; depending on the resources themselves ends in a RecursionError here."""
    program = record(_row).program

    links = [declared for (kind, _), declared in sorted(program.items()) if kind == "test:index:Link"]
    assert len(links) == LONGER_THAN_THE_RECURSION_LIMIT
    assert [link.dependencies for link in links] == [frozenset(), *({link.urn} for link in links[:-1])]
