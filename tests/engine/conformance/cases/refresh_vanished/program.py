"""A vanished object leaves the state and the dependencies of others; its children go to their grandparent."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare a resource with dependents, a child and content."""
    first = Thing("first", {"value": "one"})
    gone = Thing("gone", {"value": first.token})
    second = Thing("second", {"value": gone.token, "other": first.token})
    third = Thing("third", {"value": "three"}, ResourceOptions(depends_on=[gone, second]))
    child = Thing("child", {"value": "four"}, ResourceOptions(parent=gone, depends_on=[third]))
    Thing("content", {"value": child.echo}, ResourceOptions(deleted_with=gone))


def nothing() -> None:
    """Declare nothing at all."""
