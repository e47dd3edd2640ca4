"""A provider that takes secrets and reads them back plain: what a refresh writes to the state."""

from pulumi import Output, ResourceOptions

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare a resource with a secret and one with a secret output by option."""
    first = Thing("first", {"value": Output.secret("s3cret")}, kind="keeper:index:Thing")
    opts = ResourceOptions(additional_secret_outputs=["echo"])
    Thing("second", {"value": "plain", "other": first.token}, opts, kind="keeper:index:Thing")
