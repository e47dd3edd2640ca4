"""Outputs of another stack, secret ones included; they follow that stack's changes."""

from pulumi import Output, StackReference, export

from tests.engine.conformance.things import Thing


def exporting() -> None:
    """Export a plain value, a secret and a list."""
    export("plain", "one")
    export("secret", Output.secret("s3cret"))
    export("list", [1, {"a": Output.secret("inner")}])


def exporting_more() -> None:
    """Export another value."""
    export("plain", "two")


def main() -> None:
    """Use the outputs."""
    elsewhere = StackReference("organization/conformance/elsewhere")
    first = Thing("first", {"value": elsewhere.require_output("plain"), "other": elsewhere.get_output("secret")})
    Thing("second", {"value": first.token, "other": elsewhere.get_output("missing")})
    export("list", elsewhere.get_output("list"))


def missing() -> None:
    """Refer to a stack that does not exist."""
    Thing("first", {"value": StackReference("organization/conformance/nowhere").get_output("plain")})
