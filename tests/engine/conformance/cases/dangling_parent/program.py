"""A parent that is not declared is refused."""

from pulumi import ResourceOptions
from pulumi.resource import DependencyResource

from tests.engine.conformance.things import Thing


class _Nobody(DependencyResource):
    _protect = None  # every parent has one, and the SDK's stand-in has not

    def __init__(self) -> None:
        super().__init__("urn:pulumi:lab::conformance::simple:index:Thing::nobody")


def main() -> None:
    """Declare a child of a resource that nobody declared."""
    first = Thing("first", {"value": "one"})
    Thing("child", {"value": first.token}, ResourceOptions(parent=_Nobody()))
