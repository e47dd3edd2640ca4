"""A dependency that is not declared is refused before anything is made."""

from pulumi import ResourceOptions
from pulumi.resource import DependencyResource

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare a resource that depends on one that nobody declared."""
    needed = DependencyResource("urn:pulumi:lab::conformance::simple:index:Thing::nobody")
    Thing("first", {"value": "one"}, ResourceOptions(depends_on=[needed]))
