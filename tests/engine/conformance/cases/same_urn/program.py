"""Two resources with one URN: the second is refused, nothing is made twice."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare the same name and type twice, the second after the first."""
    first = Thing("twin", {"value": "one"})
    Thing("twin", {"value": "two"}, ResourceOptions(depends_on=[first]))


def aliased() -> None:
    """Declare another resource whose alias is the first."""
    first = Thing("twin", {"value": "one"})
    urn = "urn:pulumi:lab::conformance::simple:index:Thing::twin"
    Thing("other", {"value": "two"}, ResourceOptions(aliases=[urn], depends_on=[first]))
