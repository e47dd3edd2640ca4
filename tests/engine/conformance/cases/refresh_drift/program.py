"""A refresh writes what it finds, shows it inverted, and the next run repairs it."""

from pulumi import Output, ResourceOptions

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare resources that will be changed by hand."""
    first = Thing("first", {"value": "one", "settings": {"size": 3, "password": Output.secret("s3cret")}})
    second = Thing(
        "second", {"value": "two", "replace": "a"}, ResourceOptions(depends_on=[first]), kind="simple:index:Plain"
    )
    third = Thing("third", {"value": "three"}, ResourceOptions(depends_on=[second]), kind="simple:index:Blind")
    Thing("fourth", {"value": "four"}, ResourceOptions(depends_on=[third], ignore_changes=["value"]))
