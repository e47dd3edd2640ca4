"""Changes of options alone: nothing is asked of the object, the state follows."""

from pulumi import CustomTimeouts, ResourceOptions

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare two resources with options."""
    first = Thing("first", {"value": "one"}, ResourceOptions(protect=True, retain_on_delete=True))
    opts = ResourceOptions(depends_on=[first], ignore_changes=["value"], custom_timeouts=CustomTimeouts(create="1m"))
    Thing("second", {"value": "two"}, opts)


def changed() -> None:
    """Take the options away and give others."""
    first = Thing("first", {"value": "one"})
    opts = ResourceOptions(
        deleted_with=first,
        protect=True,
        additional_secret_outputs=["echo"],
        delete_before_replace=True,
        version="1.0.0",
    )
    Thing("second", {"value": "two"}, opts)
