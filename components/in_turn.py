"""Put resources in a row, each waiting for the one before."""

import pulumi
from pulumi.resource import DependencyResource


def in_turn(previous: pulumi.Resource | None) -> pulumi.Output[list[pulumi.Resource]] | None:
    """Return what to depend on in order to come after *previous*.

    Given the resource itself, the SDK looks for cycles by walking the whole row behind it, once for each in the row:
    the cube of its length, and a RecursionError near one thousand. A bare reference has nothing behind it to walk.
    """
    return None if previous is None else pulumi.Output.from_input(_reference(previous))


async def _reference(resource: pulumi.Resource) -> list[pulumi.Resource]:
    urn = await resource.urn.future()
    return [] if urn is None else [DependencyResource(urn)]
