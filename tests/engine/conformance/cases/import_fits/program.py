"""An existing object is taken over when the declaration says what it is; later runs ignore the option."""

from pulumi import Output, ResourceOptions

from tests.engine.conformance.things import Thing


def main() -> None:
    """Take the object over."""
    inputs = {"value": "found", "settings": {"password": Output.secret("s3cret")}}
    first = Thing("first", inputs, ResourceOptions(import_="there-7", protect=True))
    Thing("second", {"value": first.token})


def without_option() -> None:
    """Leave the option out again."""
    inputs = {"value": "found", "settings": {"password": Output.secret("s3cret")}}
    first = Thing("first", inputs)
    Thing("second", {"value": first.token})
