"""Outputs named in the option are secret in the state and for everything that is made from them."""

from pulumi import ResourceOptions, export

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare a resource whose token is secret."""
    first = Thing("first", {"value": "one"}, ResourceOptions(additional_secret_outputs=["token"]))
    Thing("second", {"value": first.token})
    export("token", first.token)


def more() -> None:
    """Make another output secret as well."""
    first = Thing("first", {"value": "one"}, ResourceOptions(additional_secret_outputs=["token", "echo"]))
    Thing("second", {"value": first.token})
    export("token", first.token)
