"""Waiting for everything that was declared, together."""

import pulumi
import pytest
from pulumi.runtime.settings import SETTINGS

from stacks.await_outputs import await_outputs
from tests.declare import record


class _Thing(pulumi.CustomResource):
    """Any resource."""

    def __init__(self, name: str, value: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare it."""
        self.value: pulumi.Output[str] = pulumi.Output.from_input(value)
        super().__init__("test:index:Thing", name, {"value": value}, opts)


def _chain() -> None:
    value = pulumi.Output.from_input("start")
    for number in range(20):
        value = _Thing(f"thing-{number}", value).value.apply(lambda before: f"{before}.")
    pulumi.export("end", value)


def test_nothing_is_left_to_wait_for() -> None:
    """When it returns, every resource is registered and every output known, those made on the way included."""
    left: list[int] = []

    async def wait() -> None:
        await await_outputs()
        left.append(len([output for output in SETTINGS.outputs if not output.done()]))

    def program() -> None:
        _chain()
        pulumi.run(wait)

    recorded = record(program)

    assert left == [0]
    assert recorded.program["test:index:Thing", "thing-19"].inputs == {"value": "start" + "." * 19}


def test_waiting_changes_nothing() -> None:
    """The same resources are declared and the same outputs given, waited for together or not."""

    def together() -> None:
        _chain()
        pulumi.run(await_outputs)

    alone, waited = record(_chain), record(together)

    assert waited.program == alone.program
    assert waited.outputs == alone.outputs


@pytest.mark.parametrize("together", [True, False], ids=["together", "by-the-sdk"])
def test_refused_resource_ends_the_program(*, together: bool) -> None:
    """A resource that the engine refuses ends the program with the engine's error, waited for together or not."""

    def program() -> None:
        _chain()
        if together:
            pulumi.run(await_outputs)

    with pytest.raises(Exception, match="thing-7 is refused"):
        record(program, refused="thing-7")


def test_failing_calculation_ends_the_program() -> None:
    """An error in what the program does with an output is reported, not swallowed."""

    def divide(_: str) -> float:
        return 1 / 0

    def program() -> None:
        _Thing("thing", "value").value.apply(divide)
        pulumi.run(await_outputs)

    with pytest.raises(ZeroDivisionError):
        record(program)
